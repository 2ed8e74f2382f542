using System.Globalization;
using System.Security.Cryptography;

namespace Tilt.RunFolders;

/// <summary>What identifies a model wherever its folder lies.</summary>
public static class ModelHash
{
    /// <summary>
    /// SHA-256, in hexadecimal, of the contents of a folder's safetensors files in name order, or of a GGUF file; read in pieces.
    /// </summary>
    public static string Of(string model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        foreach (string file in Files(model))
        {
            using var stream = File.OpenRead(file);
            for (int read; (read = stream.Read(buffer)) > 0;) hash.AppendData(buffer.AsSpan(0, read));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>
    /// Names, sizes and times of a folder's safetensors files, or of a GGUF file: they stand for contents that take seconds to read.
    /// </summary>
    public static string Fingerprint(string model) => string.Join(' ', Files(model).Select(file => string.Create(
        CultureInfo.InvariantCulture, $"{Path.GetFileName(file)}:{new FileInfo(file).Length}:{File.GetLastWriteTimeUtc(file).Ticks}")));

    private static IEnumerable<string> Files(string model) =>
        File.Exists(model) ? [model] : Directory.EnumerateFiles(model, "*.safetensors").Order(StringComparer.Ordinal);
}
