using System.Text;
using Tilt.HuggingFace.Export;
using Tilt.HuggingFace.GgufModels;

namespace Tilt.HuggingFace.Gguf;

/// <summary>
/// Writes the GGUF format, version 3 (github.com/ggml-org/ggml, docs/gguf.md): magic, counts, keys and values, tensor descriptions,
/// then the tensors' bytes, each from a multiple of 32 on.
/// </summary>
internal static class GgufWriter
{
    private const uint Version = 3;
    private const int Alignment = 32;

    /// <summary>Writes a file.</summary>
    /// <param name="stream">Where to; at position 0.</param>
    /// <param name="entries">Keys and values, in the order they will have.</param>
    /// <param name="tensors">The tensors, in the order they will have.</param>
    /// <exception cref="ArgumentException">A tensor wrote another number of bytes than its shape has.</exception>
    public static void Write(Stream stream, IReadOnlyList<GgufEntry> entries, IReadOnlyList<GgufTensor> tensors)
    {
        stream.Write(Header(entries, tensors));
        Pad(stream);
        foreach (GgufTensor tensor in tensors)
        {
            long end = stream.Position + tensor.Length;
            tensor.WriteTo(stream);
            if (stream.Position != end)
                throw new ArgumentException($"Tensor '{tensor.Name}' wrote {stream.Position - end + tensor.Length} bytes instead "
                    + $"of {tensor.Length}.", nameof(tensors));
            Pad(stream);
        }
    }

    /// <summary>Bytes that <see cref="Write"/> writes.</summary>
    public static long Length(IReadOnlyList<GgufEntry> entries, IReadOnlyList<GgufTensor> tensors) =>
        Padded(Header(entries, tensors).Length) + tensors.Sum(t => Padded(t.Length));

    private static byte[] Header(IReadOnlyList<GgufEntry> entries, IReadOnlyList<GgufTensor> tensors)
    {
        using var buffer = new MemoryStream();
        // BinaryWriter is little-endian on every machine, like the format.
        using var writer = new BinaryWriter(buffer);
        writer.Write(GgufFile.Magic);
        writer.Write(Version);
        writer.Write((ulong)tensors.Count);
        writer.Write((ulong)entries.Count);
        foreach (GgufEntry entry in entries)
        {
            WriteText(writer, entry.Key);
            writer.Write((uint)entry.Type);
            WriteValue(writer, entry.Value);
        }
        long offset = 0;
        foreach (GgufTensor tensor in tensors)
        {
            WriteText(writer, tensor.Name);
            writer.Write((uint)tensor.Shape.Count);
            foreach (long dimension in tensor.Shape.Reverse()) writer.Write((ulong)dimension);
            writer.Write(TypeNumber(tensor.Type));
            writer.Write((ulong)offset);
            offset += Padded(tensor.Length);
        }
        writer.Flush();
        return buffer.ToArray();
    }

    private static void WriteValue(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case uint number: writer.Write(number); break;
            case int number: writer.Write(number); break;
            case float number: writer.Write(number); break;
            case bool flag: writer.Write(flag); break;
            case string text: WriteText(writer, text); break;
            case IReadOnlyList<string> texts:
                writer.Write((uint)GgufValueType.Text);
                writer.Write((ulong)texts.Count);
                foreach (string text in texts) WriteText(writer, text);
                break;
            case IReadOnlyList<int> numbers:
                writer.Write((uint)GgufValueType.Int32);
                writer.Write((ulong)numbers.Count);
                foreach (int number in numbers) writer.Write(number);
                break;
            default: throw new ArgumentException($"Values of type {value.GetType()} cannot be written.", nameof(value));
        }
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    /// <summary>Number of a type in ggml.</summary>
    private static uint TypeNumber(WeightType type) => type switch
    {
        WeightType.Float32 => 0,
        WeightType.Float16 => 1,
        WeightType.Q8_0 => 8,
        _ => 30,
    };

    private static long Padded(long length) => (length + Alignment - 1) / Alignment * Alignment;

    private static void Pad(Stream stream)
    {
        Span<byte> zeros = stackalloc byte[Alignment];
        zeros.Clear();
        stream.Write(zeros[..(int)(Padded(stream.Position) - stream.Position)]);
    }
}
