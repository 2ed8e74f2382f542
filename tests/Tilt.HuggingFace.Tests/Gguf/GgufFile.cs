using System.Security.Cryptography;
using System.Text;

namespace Tilt.HuggingFace.Tests.Gguf;

/// <summary>A GGUF file read back, independent of the writer: everything the format says, in the order of the file.</summary>
internal sealed class GgufFile
{
    private readonly byte[] _data;
    private int _at;

    private GgufFile(byte[] data)
    {
        this._data = data;
        Assert.Equal("GGUF"u8, data.AsSpan(0, 4));
        _at = 4;
        Assert.Equal(3u, UInt32());
        (ulong tensorCount, ulong entryCount) = (UInt64(), UInt64());
        for (ulong i = 0; i < entryCount; i++) Entries.Add(Text(), Value(UInt32()));
        var described = new List<(string Name, long[] Shape, uint Type, ulong Offset)>();
        for (ulong i = 0; i < tensorCount; i++)
        {
            string name = Text();
            var shape = new long[UInt32()];
            for (int k = 0; k < shape.Length; k++) shape[k] = (long)UInt64();
            described.Add((name, shape, UInt32(), UInt64()));
        }
        int start = (_at + 31) / 32 * 32;
        foreach ((string name, long[] shape, uint type, ulong offset) in described)
        {
            Assert.Equal(0u, offset % 32);
            long count = shape.Aggregate(1L, (product, dimension) => product * dimension);
            long length = type switch
            {
                0 => count * 4,
                1 or 30 => count * 2,
                8 => count / 32 * 34,
                _ => throw new InvalidDataException($"type {type}")
            };
            Tensors.Add((name, type, shape, data.AsSpan(start + (int)offset, (int)length).ToArray()));
        }
    }

    public Dictionary<string, object> Entries { get; } = [];

    /// <summary>Shapes are in the order of the file: row length first.</summary>
    public List<(string Name, uint Type, long[] Shape, byte[] Bytes)> Tensors { get; } = [];

    public static GgufFile Read(string path) => new(File.ReadAllBytes(path));

    public (string Name, uint Type, long[] Shape, byte[] Bytes) Tensor(string name) => Tensors.Single(t => t.Name == name);

    /// <summary>SHA-256 of names, types and bytes of all tensors in ordinal order of their names.</summary>
    public string TensorDigest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, type, _, bytes) in Tensors.OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name} {type}\n"));
            hash.AppendData(bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private uint UInt32() => BitConverter.ToUInt32(_data, (_at += 4) - 4);

    private ulong UInt64() => BitConverter.ToUInt64(_data, (_at += 8) - 8);

    private string Text()
    {
        int length = (int)UInt64();
        return Encoding.UTF8.GetString(_data, (_at += length) - length, length);
    }

    private object Value(uint type) => type switch
    {
        4 => UInt32(),
        5 => (int)UInt32(),
        6 => BitConverter.UInt32BitsToSingle(UInt32()),
        7 => _data[_at++] != 0,
        8 => Text(),
        9 => Array(),
        _ => throw new InvalidDataException($"value type {type}"),
    };

    private object[] Array()
    {
        uint type = UInt32();
        var values = new object[UInt64()];
        for (int i = 0; i < values.Length; i++) values[i] = Value(type);
        return values;
    }
}
