using System.Buffers.Binary;
using System.Text;

namespace Tilt.HuggingFace.GgufModels;

/// <summary>Reads numbers and texts from the header of a GGUF file, never beyond its end and never more than the file can hold.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="stream">Its content, from the beginning.</param>
internal sealed class GgufInput(string path, Stream stream)
{
    /// <summary>Longer texts, and arrays of more bytes, are taken for damage: whole vocabularies are some megabytes.</summary>
    private const long Longest = 1 << 28;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly byte[] _number = new byte[sizeof(ulong)];
    private byte[] _text = new byte[256];

    /// <summary>Bytes of the whole file.</summary>
    public long Length { get; } = stream.Length;

    /// <summary>The next byte.</summary>
    public long At { get; private set; }

    public byte Byte(string what) => Fill(1, what)[0];

    public ushort UInt16(string what) => BinaryPrimitives.ReadUInt16LittleEndian(Fill(2, what));

    public uint UInt32(string what) => BinaryPrimitives.ReadUInt32LittleEndian(Fill(4, what));

    public ulong UInt64(string what) => BinaryPrimitives.ReadUInt64LittleEndian(Fill(8, what));

    /// <summary>A number of things of which each takes at least so many bytes.</summary>
    public int Count(string what, int leastBytes)
    {
        long at = At;
        ulong count = UInt64(what);
        if (count <= (ulong)Math.Min((Length - At) / leastBytes, Longest / leastBytes)) return (int)count;
        bool isBeyond = count > (ulong)((Length - At) / leastBytes);
        throw Broken(at,
            $"{what} is {count}, more than {(isBeyond ? $"the rest of the file ({Length - At} bytes) can hold" : "is supported")}");
    }

    /// <summary>A text: its length, then its bytes in UTF-8.</summary>
    public string Text(string what, int longest = int.MaxValue)
    {
        long at = At;
        int length = Count($"the length of {what}", 1);
        if (length > longest) throw Broken(at, $"{what} has {length} bytes; at most {longest} are supported");
        if (_text.Length < length) _text = new byte[length];
        Fill(_text.AsSpan(0, length), what);
        try
        {
            return Strict.GetString(_text, 0, length);
        }
        catch (DecoderFallbackException)
        {
            throw Broken(at, $"{what} is not valid UTF-8");
        }
    }

    /// <summary>Bytes as they are.</summary>
    public byte[] Bytes(int length, string what)
    {
        byte[] bytes = new byte[length];
        Fill(bytes, what);
        return bytes;
    }

    /// <summary>An error at a byte of the file.</summary>
    public InputException Broken(long at, string what) =>
        new($"'{path}', byte {at}: {what}. The file is truncated or damaged; download or make it again.");

    private Span<byte> Fill(int length, string what)
    {
        Span<byte> target = _number.AsSpan(0, length);
        Fill(target, what);
        return target;
    }

    private void Fill(Span<byte> target, string what)
    {
        if (target.Length > Length - At || stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) < target.Length)
            throw Broken(At, $"the file ends within {what} (it has {Length} bytes)");
        At += target.Length;
    }
}
