using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tilt.HuggingFace.Hub;

/// <summary>
/// The hash that names a blob, taken over its bytes as they arrive: SHA-256 for files in large-file storage, for others git's
/// SHA-1 of <c>"blob " + size + "\0" + content</c>.
/// </summary>
internal sealed class ContentHash : IDisposable
{
    private readonly IncrementalHash _hash;
    private readonly byte[] _prefix;

    private ContentHash(string expected, HashAlgorithmName algorithm, byte[] prefix)
    {
        Expected = expected;
        this._prefix = prefix;
        _hash = IncrementalHash.CreateHash(algorithm);
        _hash.AppendData(prefix);
    }

    /// <summary>What the hash must come to, in hexadecimal digits.</summary>
    public string Expected { get; }

    /// <summary>A hash that is to come to <paramref name="expected"/>; null when that is neither a SHA-256 nor a SHA-1.</summary>
    /// <param name="expected">64 or 40 hexadecimal digits in lower case.</param>
    /// <param name="size">Bytes of the whole content.</param>
    public static ContentHash? Begin(string? expected, long size) =>
        expected is null || !expected.All(char.IsAsciiHexDigitLower) ? null : expected.Length switch
        {
            64 => new(expected, HashAlgorithmName.SHA256, []),
            // Git names its objects by SHA-1; against accidents, which it is for here, that is enough.
            40 => new(expected, HashAlgorithmName.SHA1,
                Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {size}\0"))),
            _ => null,
        };

    /// <summary>Takes the content's next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>Forgets what was appended.</summary>
    public void Restart()
    {
        _hash.GetHashAndReset();
        _hash.AppendData(_prefix);
    }

    /// <summary>The hash of what was appended.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public void Dispose() => _hash.Dispose();
}
