using System.Security.Cryptography;
using System.Text.Json;
using Tilt.Files;

namespace Tilt.Training.Records;

/// <summary>
/// SHA-256 of every file of a checkpoint, in a file of its own: a checkpoint that a disk has damaged is found before anything is read
/// from it.
/// </summary>
internal static class CheckpointChecksums
{
    private const string Name = "checksums.json";
    private const int Format = 1;

    private static readonly JsonSerializerOptions Json =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>Writes the checksums of the files that are in <paramref name="folder"/>.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string folder) =>
        NumberedFile.Write(Path.Combine(folder, Name), Format,
            new Listing(Files(folder).ToDictionary(f => f, f => Of(folder, f), StringComparer.Ordinal)), Json);

    /// <summary>Makes sure that the files are those that were written.</summary>
    /// <exception cref="InputException">One is missing or another, or there are no checksums.</exception>
    public static void Check(string folder)
    {
        string path = Path.Combine(folder, Name);
        Listing listing;
        try
        {
            listing = NumberedFile.Read<Listing>(path, Format, Json);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new InputException($"{path} cannot be read: {exception.Message}", exception);
        }

        foreach ((string file, string checksum) in listing.Sha256.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            string whole = Path.Combine(folder, file);
            if (!File.Exists(whole)) throw new InputException($"{whole} is missing.");
            if (Of(folder, file) != checksum) throw new InputException($"{whole} is not what was written: its checksum is another.");
        }
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)).Where(file => file != Name).Order(StringComparer.Ordinal);

    private static string Of(string folder, string file)
    {
        using FileStream stream = File.OpenRead(Path.Combine(folder, file));
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private sealed record Listing(Dictionary<string, string> Sha256);
}
