namespace Tilt.Configuration;

/// <summary>Dotted paths of keys, such as <c>optimizer.learning_rate</c>; the empty path is the whole configuration.</summary>
internal static class ConfigurationPath
{
    /// <summary>The path of a key of the group at <paramref name="path"/>.</summary>
    public static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    /// <summary>The last key of a path.</summary>
    public static string Last(string path) => path[(path.LastIndexOf('.') + 1)..];

    /// <summary>Whether <paramref name="path"/> lies in the group at <paramref name="group"/>, or is it.</summary>
    public static bool IsWithin(string path, string group) =>
        group.Length == 0 || path == group
        || (path.StartsWith(group, StringComparison.Ordinal) && (path[group.Length] is '.' or '['));
}
