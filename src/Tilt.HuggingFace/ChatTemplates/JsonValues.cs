using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates;

/// <summary>
/// JSON as values of templates, as Python reads it: numbers with a point or an exponent are floating-point ones, others whole.
/// </summary>
internal static class JsonValues
{
    public static object? Of(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String: return element.GetString();
            case JsonValueKind.Number: return Number(element);
            case JsonValueKind.True or JsonValueKind.False: return Boxed.Of(element.GetBoolean());
            case JsonValueKind.Array: return new ListValue([.. element.EnumerateArray().Select(Of)]);
            case JsonValueKind.Object:
                var dict = new DictValue();
                foreach (JsonProperty property in element.EnumerateObject()) dict.Set(property.Name, Of(property.Value));
                return dict;
            default: return null;
        }
    }

    private static object Number(JsonElement element)
    {
        string text = element.GetRawText();
        if (text.AsSpan().ContainsAny(".eE")) return element.GetDouble();
        return element.TryGetInt64(out long number) ? Boxed.Of(number) : BigInteger.Parse(text, CultureInfo.InvariantCulture);
    }
}
