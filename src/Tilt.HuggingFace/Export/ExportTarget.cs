using System.Globalization;
using Tilt.Files;

namespace Tilt.HuggingFace.Export;

/// <summary>
/// Where an export goes: a file or folder that is complete or absent. It is written aside, under a name of
/// its own, and renamed at the end; what an export that was killed left aside goes with the next one.
/// </summary>
internal static class ExportTarget
{
    /// <summary>Checks that a model folder may be written there, before any work.</summary>
    /// <exception cref="InputException">
    /// The model itself is there, a file, a folder with something else in it, or a model folder that is not to be replaced.
    /// </exception>
    public static void CheckFolder(string path, bool overwrite, string modelFolder)
    {
        string full = Full(path);
        string trimmed = Path.TrimEndingDirectorySeparator(full);
        if (RealPath.IsSame(trimmed, modelFolder))
            throw new InputException($"The target '{path}' is the model itself. Name another folder.");
        if (RealPath.IsWithin(trimmed, modelFolder))
            throw new InputException($"The target '{path}' lies in the folder of the model. Name a folder outside it.");
        if (File.Exists(full))
            throw new InputException(
                $"The target '{path}' is a file; a model in safetensors is a folder. Name one that is empty or not there yet.");
        if (!Directory.Exists(full) || !Directory.EnumerateFileSystemEntries(full).Any()) return;
        if (ModelFiles.Stranger(full) is { } stranger)
            throw new InputException($"The target folder '{path}' is not empty and holds '{stranger}', which is no part of an exported "
                + $"model, so it is not replaced. Name a folder that is empty or not there yet.");
        if (!overwrite)
            throw new InputException(
                $"The target folder '{path}' holds a model already. Name another folder, or replace it with --overwrite.");
    }

    /// <summary>Writes a file.</summary>
    /// <param name="path">Where; what is there is replaced.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="InputException">It cannot be written there.</exception>
    public static void WriteFile(string path, long bytes, Action<Stream> write)
    {
        string full = Full(path);
        Attempt(path, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            CheckSpace(full, bytes);
            AtomicFile.Write(full, write);
        });
    }

    /// <summary>Writes a folder.</summary>
    /// <param name="path">Where; what is there is replaced.</param>
    /// <param name="bytes">Bytes of all files.</param>
    /// <param name="write">Fills the folder that it is given.</param>
    /// <exception cref="InputException">It cannot be written there.</exception>
    public static void WriteFolder(string path, long bytes, Action<string> write)
    {
        string full = Path.TrimEndingDirectorySeparator(Full(path));
        Attempt(path, () => AtomicFolder.Write(full, aside =>
        {
            CheckSpace(full, bytes);
            write(aside);
            // Somebody may have put something there in the meantime.
            if (Directory.Exists(full) && ModelFiles.Stranger(full) is { } stranger)
                throw new IOException($"the folder holds '{stranger}', which is no part of an exported model");
        }));
    }

    private static void Attempt(string path, Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (DiskFailure.CauseOf(e) is { } cause)
        {
            throw new InputException($"Cannot write '{path}': {cause.Message.TrimEnd('.')}. Nothing of the export was kept. Choose a place "
                + $"with enough room that can be written to.", e);
        }
    }

    private static void CheckSpace(string full, long bytes)
    {
        string place = OperatingSystem.IsWindows() ? Path.GetPathRoot(full)! : Path.GetDirectoryName(full)!;
        // Windows tells nothing about the room on network shares.
        if (place.StartsWith(@"\\", StringComparison.Ordinal)) return;
        var drive = new DriveInfo(place);
        if (drive.AvailableFreeSpace < bytes)
            throw new IOException($"it needs {Size(bytes)} and {Size(drive.AvailableFreeSpace)} are free");
    }

    /// <summary>The full path of a target.</summary>
    /// <exception cref="InputException">It has no name.</exception>
    public static string Full(string path) =>
        path.Length > 0 && !path.Contains('\0')
            ? Path.GetFullPath(path)
            : throw new InputException("The target has no name. Name a file or folder.");

    private static string Size(long bytes) =>
        bytes < 1_000_000_000
            ? (bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture) + " MB"
            : (bytes / 1e9).ToString("0.00", CultureInfo.InvariantCulture) + " GB";
}
