namespace Tilt.Cli.Doctor;

/// <summary>Whether a folder, which need not exist yet, can be written to. Leaves nothing behind.</summary>
internal static class WritableFolder
{
    /// <summary>Why files cannot be written to a folder; null when they can.</summary>
    public static string? Obstacle(string folder)
    {
        string existing = NearestExisting(folder);
        if (File.Exists(existing)) return $"{existing} is a file";
        string probe = Path.Combine(existing, $".tilt-{Guid.NewGuid():N}.tmp");
        try
        {
            File.WriteAllText(probe, "tilt doctor");
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
        finally
        {
            if (File.Exists(probe)) File.Delete(probe);
        }
    }

    /// <summary>The folder itself, or the nearest above it that exists.</summary>
    public static string NearestExisting(string folder)
    {
        string current = Path.GetFullPath(folder);
        while (!Path.Exists(current) && Path.GetDirectoryName(current) is { } parent) current = parent;
        return current;
    }
}
