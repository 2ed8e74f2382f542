using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Tilt.RunFolders;

/// <summary>
/// A TensorBoard event file with scalars, which grows by whole records and can be cut back to a step: what a resumed run writes again
/// stands in it once.
/// </summary>
/// <remarks>
/// A record is its length (uint64), the masked CRC-32C of the length, the event, and the masked CRC-32C of the event, little-endian
/// (TFRecord); an event is the protocol buffer <c>tensorflow.Event</c>: wall_time = 1, step = 2, file_version = 3, summary = 5 with
/// values of tag = 1 and simple_value = 2.
/// </remarks>
public sealed class TensorBoardEvents
{
    private const int HeaderBytes = 12, FooterBytes = 4;

    private readonly string _path;
    private readonly TimeProvider _time;

    /// <summary>The event file in <paramref name="folder"/>, which is made with the first record.</summary>
    public TensorBoardEvents(string folder, TimeProvider? time = null)
    {
        _path = Path.Combine(folder, "events.out.tfevents.tilt");
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Appends the scalars of a step.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Append(int step, IReadOnlyDictionary<string, double> scalars)
    {
        using var records = new MemoryStream();
        if (!File.Exists(_path)) WriteRecord(records, Event(0, e => WriteBytes(e, 3, "brain.Event:2"u8)));
        WriteRecord(records, Event(step, e => WriteBytes(e, 5, Summary(scalars))));
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            using var file = new FileStream(_path, FileMode.Append, FileAccess.Write);
            file.Write(records.GetBuffer(), 0, (int)records.Length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{_path} cannot be written: {exception.Message} Make room or choose another folder with 'out'; the "
                + $"same command continues from the last checkpoint.", exception);
        }
    }

    /// <summary>
    /// Keeps the records up to <paramref name="step"/> and drops the rest, with whatever a killed process left half written. Step 0 keeps
    /// nothing.
    /// </summary>
    public void TruncateAfter(int step)
    {
        if (!File.Exists(_path)) return;
        if (step == 0)
        {
            File.Delete(_path);
            return;
        }

        byte[] content = File.ReadAllBytes(_path);
        int kept = 0;
        while (TryReadRecord(content, kept, out int length) && StepOf(content.AsSpan(kept + HeaderBytes, length)) <= step)
            kept += HeaderBytes + length + FooterBytes;
        using var file = new FileStream(_path, FileMode.Open, FileAccess.Write);
        file.SetLength(kept);
    }

    private byte[] Event(int step, Action<MemoryStream> content)
    {
        using var message = new MemoryStream();
        message.WriteByte((1 << 3) | 1);
        WriteDouble(message, _time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
        message.WriteByte(2 << 3);
        WriteVarint(message, (ulong)step);
        content(message);
        return message.ToArray();
    }

    private static byte[] Summary(IReadOnlyDictionary<string, double> scalars)
    {
        using var summary = new MemoryStream();
        Span<byte> bits = stackalloc byte[4];
        foreach ((string tag, double value) in scalars.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            using var scalar = new MemoryStream();
            WriteBytes(scalar, 1, Encoding.UTF8.GetBytes(tag));
            scalar.WriteByte((2 << 3) | 5);
            BinaryPrimitives.WriteSingleLittleEndian(bits, (float)value);
            scalar.Write(bits);
            WriteBytes(summary, 1, scalar.ToArray());
        }

        return summary.ToArray();
    }

    private static void WriteRecord(MemoryStream stream, byte[] message)
    {
        Span<byte> length = stackalloc byte[8], checksum = stackalloc byte[4];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)message.Length);
        stream.Write(length);
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, MaskedChecksum(length));
        stream.Write(checksum);
        stream.Write(message);
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, MaskedChecksum(message));
        stream.Write(checksum);
    }

    private static bool TryReadRecord(byte[] content, int at, out int length)
    {
        length = 0;
        if (content.Length - at < HeaderBytes) return false;
        ulong stated = BinaryPrimitives.ReadUInt64LittleEndian(content.AsSpan(at));
        if (BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(at + 8)) != MaskedChecksum(content.AsSpan(at, 8))
            || stated > (ulong)(content.Length - at - HeaderBytes - FooterBytes))
            return false;
        length = (int)stated;
        ReadOnlySpan<byte> message = content.AsSpan(at + HeaderBytes, length);
        return BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(at + HeaderBytes + length)) == MaskedChecksum(message);
    }

    /// <summary>The step of one of our own events, whose first fields are wall time and step.</summary>
    private static long StepOf(ReadOnlySpan<byte> message)
    {
        long step = 0;
        for (int i = 10, shift = 0; ; i++, shift += 7)
        {
            step |= (long)(message[i] & 0x7F) << shift;
            if (message[i] < 0x80) return step;
        }
    }

    private static uint MaskedChecksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes) crc = BitOperations.Crc32C(crc, value);
        crc = ~crc;
        return BitOperations.RotateRight(crc, 15) + 0xA282EAD8;
    }

    private static void WriteBytes(MemoryStream stream, int field, ReadOnlySpan<byte> value)
    {
        stream.WriteByte((byte)((field << 3) | 2));
        WriteVarint(stream, (ulong)value.Length);
        stream.Write(value);
    }

    private static void WriteDouble(MemoryStream stream, double value)
    {
        Span<byte> bits = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bits, value);
        stream.Write(bits);
    }

    private static void WriteVarint(MemoryStream stream, ulong value)
    {
        for (; value >= 0x80; value >>= 7) stream.WriteByte((byte)(value | 0x80));
        stream.WriteByte((byte)value);
    }
}
