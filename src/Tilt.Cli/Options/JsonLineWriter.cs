using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tilt.Cli.Options;

/// <summary>Writes objects as JSON Lines.</summary>
/// <param name="stream">Where to; not owned.</param>
internal sealed class JsonLineWriter(Stream stream)
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Lines written.</summary>
    public int Count { get; private set; }

    /// <summary>Writes one line.</summary>
    /// <param name="write">Writes the properties of the object.</param>
    public void Write(Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(stream, Readable))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
        Count++;
    }

    /// <summary>Writes a list of token ids.</summary>
    public static void WriteIds(Utf8JsonWriter json, string name, ReadOnlySpan<int> ids)
    {
        json.WriteStartArray(name);
        foreach (int id in ids) json.WriteNumberValue(id);
        json.WriteEndArray();
    }

    /// <summary>Writes a list of float32 numbers with all of their digits.</summary>
    public static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<float> numbers)
    {
        json.WriteStartArray(name);
        foreach (float number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
