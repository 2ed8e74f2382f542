using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tilt.Results;

/// <summary>Writes an array of numbers on one line, so that an indented file of hundreds of per-problem figures stays readable.</summary>
internal sealed class NumberRowConverter : JsonConverter<double[]>
{
    /// <inheritdoc/>
    public override double[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException($"Expected an array of numbers, found {reader.TokenType}.");
        List<double> numbers = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            numbers.Add(FiniteNumberConverter.ReadNumber(ref reader));
        return [.. numbers];
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, double[] value, JsonSerializerOptions options) =>
        writer.WriteRawValue($"[{string.Join(", ", value.Select(Literal))}]", skipInputValidation: true);

    private static string Literal(double value) =>
        double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "null";
}
