using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Tilt.HuggingFace.GgufModels;

namespace Tilt.HuggingFace.Tests.GgufModels;

public sealed class DequantizationTests
{
    public static TheoryData<string, string> Digests =>
        [.. File.ReadLines(GoldenFile("dequantised.txt")).Select(line => line.Split(' '))
            .Select(parts => new TheoryDataRow<string, string>(parts[0], parts[1]))];

    [Theory]
    [MemberData(nameof(Digests))]
    public void Values_are_those_of_llama_cpp_bit_for_bit(string name, string digest)
    {
        float[] values = Decode(name, File.ReadAllBytes(GoldenFile($"{name}.bin")));
        Assert.Equal(digest, Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values.AsSpan()))));
    }

    [Theory]
    [InlineData("Q5_0", 22)]
    [InlineData("Q5_1", 24)]
    public void Five_bits_are_put_together(string name, int blockBytes)
    {
        var random = new Random(5);
        byte[] blocks = new byte[40 * blockBytes];
        var expected = new float[40 * 32];
        for (int block = 0; block < 40; block++)
        {
            Span<byte> bytes = blocks.AsSpan(block * blockBytes, blockBytes);
            Half scale = (Half)(random.NextSingle() - 0.5f), offset = (Half)random.NextSingle();
            BitConverter.TryWriteBytes(bytes, scale);
            if (name == "Q5_1") BitConverter.TryWriteBytes(bytes[2..], offset);
            Span<byte> high = bytes[(blockBytes - 20)..], low = bytes[(blockBytes - 16)..];
            for (int i = 0; i < 32; i++)
            {
                int quant = random.Next(32);
                low[i % 16] |= (byte)((quant & 15) << (i / 16 * 4));
                high[i / 8] |= (byte)(quant >> 4 << (i % 8));
                expected[block * 32 + i] = name == "Q5_1" ? (float)scale * quant + (float)offset : (float)scale * (quant - 16);
            }
        }
        Assert.Equal(expected, Decode(name, blocks));
    }

    [Fact]
    public void Plain_types_are_read_as_they_are()
    {
        float[] values = [0, -0f, 1, -1.5f, 0.25f, float.PositiveInfinity];
        Assert.Equal(values, Decode("F32", MemoryMarshal.AsBytes(values.AsSpan()).ToArray()));
        Assert.Equal(values, Decode("F16", MemoryMarshal.AsBytes(values.Select(v => (Half)v).ToArray().AsSpan()).ToArray()));
        Assert.Equal(values, Decode("BF16",
            MemoryMarshal.AsBytes(values.Select(v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)).ToArray().AsSpan()).ToArray()));
    }

    private static float[] Decode(string name, byte[] stored)
    {
        GgufElementType type = GgufElementType.All.Single(t => t.Name == name);
        Assert.Equal(name, GgufElementType.NameOf(type.Number));
        var values = new float[stored.Length / type.BlockBytes * type.BlockLength];
        type.Decode(stored, values);
        return values;
    }

    private static string GoldenFile(string name) => Path.Combine(AppContext.BaseDirectory, "golden", "gguf", "types", name);
}
