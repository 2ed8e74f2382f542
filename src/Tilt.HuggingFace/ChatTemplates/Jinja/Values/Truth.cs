using System.Numerics;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>What counts as true: everything but none, false, zeros, what is empty, and what is not defined.</summary>
internal static class Truth
{
    public static bool Of(object? value) => value switch
    {
        null or Undefined => false,
        bool truth => truth,
        string text => text.Length > 0,
        long number => number != 0,
        double number => number != 0,
        ListValue list => list.Items.Count > 0,
        DictValue dict => dict.Count > 0,
        SafeText safe => safe.Text.Length > 0,
        RangeValue range => range.Count > 0,
        DictView view => view.Count > 0,
        BigInteger number => !number.IsZero,
        _ => true,
    };
}
