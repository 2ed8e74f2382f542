using System.Collections;

namespace Tilt.Configuration;

/// <summary>Entries of a dictionary with string keys whose value type is known only at run time.</summary>
internal static class DictionaryEntries
{
    /// <summary>The entries in the dictionary's order.</summary>
    public static IEnumerable<(string Key, object? Value)> Of(object dictionary)
    {
        foreach (object entry in (IEnumerable)dictionary)
        {
            Type type = entry.GetType();
            yield return ((string)type.GetProperty("Key")!.GetValue(entry)!, type.GetProperty("Value")!.GetValue(entry));
        }
    }
}
