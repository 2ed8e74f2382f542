using System.Buffers.Binary;
using Tilt.RunFolders;

namespace Tilt.Core.Tests.RunFolders;

public sealed class TensorBoardEventsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tilt-events-").FullName;

    private string EventFile => Path.Combine(_folder, "events.out.tfevents.tilt");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_record_has_the_bytes_that_tensorboard_reads()
    {
        new TensorBoardEvents(_folder, new StoppedClock()).Append(300, new Dictionary<string, double> { ["reward/task"] = 0.5 });
        byte[] content = File.ReadAllBytes(EventFile);

        // The first record names the version; lengths and checksums as the reference implementation of TFRecord writes them.
        byte[] version = [0x09, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 0x1A, 13, .. "brain.Event:2"u8];
        byte[] scalar = [0x09, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0xAC, 0x02, 0x2A, 20, 0x0A, 18, 0x0A, 11, .. "reward/task"u8, 0x15, 0, 0, 0,
            0x3F];
        Assert.Equal([.. Record(version), .. Record(scalar)], content);
    }

    [Fact]
    public void The_checksum_is_crc_32c_of_the_published_check_value()
    {
        // CRC-32C("123456789") = E3069283 (RFC 3720, appendix B.4 gives the polynomial; the check value is the catalogue's).
        Assert.Equal(0xE3069283u, Crc32C("123456789"u8.ToArray()));
    }

    [Fact]
    public void Cutting_back_leaves_what_an_uninterrupted_file_has_there()
    {
        var events = new TensorBoardEvents(_folder, new StoppedClock());
        for (int step = 0; step <= 200; step++) events.Append(step, new Dictionary<string, double> { ["a"] = step, ["b"] = -step });
        byte[] whole = File.ReadAllBytes(EventFile);
        events.TruncateAfter(150);
        using (var file = new FileStream(EventFile, FileMode.Append)) file.Write(whole, whole.Length - 30, 20);
        events.TruncateAfter(150);
        for (int step = 151; step <= 200; step++) events.Append(step, new Dictionary<string, double> { ["a"] = step, ["b"] = -step });
        Assert.Equal(whole, File.ReadAllBytes(EventFile));
        events.TruncateAfter(0);
        Assert.False(File.Exists(EventFile));
    }

    private static byte[] Record(byte[] message)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, message.Length);
        return [.. length, .. Masked(length), .. message, .. Masked(message)];
    }

    private static byte[] Masked(byte[] bytes)
    {
        uint crc = Crc32C(bytes), masked = ((crc >> 15) | (crc << 17)) + 0xA282EAD8;
        return BitConverter.GetBytes(masked);
    }

    /// <summary>Bit by bit, from the definition.</summary>
    private static uint Crc32C(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }
        return ~crc;
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }
}
