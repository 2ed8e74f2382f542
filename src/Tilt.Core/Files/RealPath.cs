namespace Tilt.Files;

/// <summary>The one name that a file or folder has however it is spelled: absolute, and without links on the way.</summary>
public static class RealPath
{
    /// <summary>More links on the way than this are a circle.</summary>
    private const int MostLinks = 40;

    private static readonly StringComparison Comparison =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>The path with every link followed; parts that do not exist, or cannot be looked at, stay as they are.</summary>
    public static string Of(string path) => Of(Path.GetFullPath(path), MostLinks);

    /// <summary>Whether two paths lead to the same place.</summary>
    public static bool IsSame(string left, string right) => Of(left).Equals(Of(right), Comparison);

    /// <summary>Whether a path leads to a folder or to something in it, at any depth.</summary>
    public static bool IsWithin(string path, string folder)
    {
        string inner = Of(path), outer = Of(folder);
        return inner.Equals(outer, Comparison)
            || inner.StartsWith(Path.TrimEndingDirectorySeparator(outer) + Path.DirectorySeparatorChar, Comparison);
    }

    private static string Of(string full, int links)
    {
        string current = Path.GetPathRoot(full)!;
        string[] parts = full[current.Length..]
            .Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        foreach (string part in parts)
        {
            current = Path.Combine(current, part);
            // The folders above the link's target may be links themselves.
            if (links > 0 && TargetOf(current) is { } target) current = Of(target, --links);
        }
        return current;
    }

    private static string? TargetOf(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: false)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
