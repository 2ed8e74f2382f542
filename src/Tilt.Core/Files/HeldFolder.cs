using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Tilt.Files;

/// <summary>
/// A folder that one process works in, and whose work it can take up again: held by <c>.lock</c>, which the system lets go of when the
/// process dies; <c>.lock.json</c> says who holds it.
/// </summary>
public sealed class HeldFolder : IDisposable
{
    private const string LockName = ".lock", HolderName = ".lock.json";

    private readonly FileStream _lock;

    private HeldFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    /// <summary>Full path of the folder.</summary>
    public string Path { get; }

    /// <summary>Makes a folder when it is missing, and holds it until disposed.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="option">What names the folder, for messages: <c>--out</c>.</param>
    /// <exception cref="InputException">The folder cannot be written, or is in use by another process.</exception>
    public static HeldFolder Open(string path, string option)
    {
        string full = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(full);
            FileStream held = FileLock.TryHold(System.IO.Path.Combine(full, LockName))
                ?? throw new InputException($"The folder {full} is in use by another process{Holder(full)}. Wait until that has ended, or "
                    + $"choose another folder with {option}.");
            File.WriteAllText(System.IO.Path.Combine(full, HolderName),
                JsonSerializer.Serialize(new Dictionary<string, object>(StringComparer.Ordinal)
                {
                    ["pid"] = Environment.ProcessId,
                    ["host"] = Environment.MachineName,
                    ["since"] = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                    ["program"] = Process.GetCurrentProcess().ProcessName,
                }) + "\n");
            return new HeldFolder(full, held);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(DiskFailure.Of(e) == DiskTrouble.NoSpace
                ? $"The folder {full} cannot be written: the disk is full ({e.Message.TrimEnd('.')}). Make room, or choose another folder "
                    + $"with {option}."
                : $"The folder {full} cannot be written: {e.Message} Choose another with {option}.", e);
        }
    }

    /// <summary>Lets go of the folder.</summary>
    public void Dispose()
    {
        try
        {
            File.Delete(System.IO.Path.Combine(Path, HolderName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It says who held the folder; the lock alone says whether it is held.
        }
        _lock.Dispose();
    }

    private static string Holder(string folder)
    {
        try
        {
            using JsonDocument holder = JsonFile.ReadObject(System.IO.Path.Combine(folder, HolderName));
            JsonElement root = holder.RootElement;
            return $" ({root.GetProperty("program").GetString()}, process {root.GetProperty("pid").GetInt32()} "
                + $"on {root.GetProperty("host").GetString()}, since {root.GetProperty("since").GetString()})";
        }
        catch (Exception e) when (e is InputException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return "";
        }
    }
}
