using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Tilt.Files;

namespace Tilt.HuggingFace.Safetensors;

/// <summary>A tensor to write.</summary>
/// <param name="Name">Name of the tensor.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Dimensions; empty for a scalar.</param>
/// <param name="WriteTo">Writes exactly the elements' bytes: row-major, little-endian.</param>
public sealed record SafetensorsEntry(string Name, SafetensorsType Type, IReadOnlyList<long> Shape, Action<Stream> WriteTo)
{
    /// <summary>A tensor of float32 numbers.</summary>
    public static SafetensorsEntry Of(string name, float[] values, params long[] shape) =>
        new(name, SafetensorsType.F32, shape, stream => stream.Write(MemoryMarshal.AsBytes(values.AsSpan())));

    /// <summary>A tensor of 64-bit integers.</summary>
    public static SafetensorsEntry Of(string name, long[] values, params long[] shape) =>
        new(name, SafetensorsType.I64, shape, stream => stream.Write(MemoryMarshal.AsBytes(values.AsSpan())));

    internal long Length => Shape.Aggregate((long)Type.Size(), (product, dimension) => checked(product * dimension));
}

/// <summary>
/// Writes safetensors files. Equal tensors give equal bytes: wide element types come first (which keeps every tensor aligned),
/// then names in ordinal order. The file is written aside and renamed, so that it is complete or absent.
/// </summary>
public static class SafetensorsWriter
{
    /// <summary>Writes a file.</summary>
    /// <param name="path">Where; a file of that name is replaced.</param>
    /// <param name="entries">The tensors, in any order.</param>
    /// <param name="metadata">Texts for <c>__metadata__</c>; Transformers wants <c>format</c> = <c>pt</c>, which is the default.</param>
    /// <exception cref="ArgumentException">A name appears twice, or an entry writes more or fewer bytes than its shape has.</exception>
    public static void Write(string path, IEnumerable<SafetensorsEntry> entries, IReadOnlyDictionary<string, string>? metadata = null)
    {
        SafetensorsEntry[] sorted = [.. entries.OrderByDescending(e => e.Type.Size()).ThenBy(e => e.Name, StringComparer.Ordinal)];
        byte[] header = Header(sorted, metadata ?? new Dictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt" });
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (SafetensorsEntry entry in sorted) Write(stream, entry);
        });
    }

    private static void Write(Stream stream, SafetensorsEntry entry)
    {
        long end = stream.Position + entry.Length;
        entry.WriteTo(stream);
        if (stream.Position != end)
            throw new ArgumentException($"Tensor '{entry.Name}' of shape [{string.Join(", ", entry.Shape)}] "
                + $"wrote {stream.Position - end + entry.Length} bytes instead of {entry.Length}.", nameof(entry));
    }

    private static byte[] Header(SafetensorsEntry[] sorted, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata.OrderBy(p => p.Key, StringComparer.Ordinal)) json.WriteString(key, value);
                json.WriteEndObject();
            }
            var names = new HashSet<string>(StringComparer.Ordinal) { "__metadata__" };
            long begin = 0;
            foreach (SafetensorsEntry entry in sorted)
            {
                if (!names.Add(entry.Name)) throw new ArgumentException($"The tensor name '{entry.Name}' appears twice.", nameof(sorted));
                WriteEntry(json, entry, begin);
                begin += entry.Length;
            }
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0) buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static void WriteEntry(Utf8JsonWriter json, SafetensorsEntry entry, long begin)
    {
        json.WriteStartObject(entry.Name);
        json.WriteString("dtype", entry.Type.ToString());
        json.WriteStartArray("shape");
        foreach (long dimension in entry.Shape) json.WriteNumberValue(dimension);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(begin + entry.Length);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
