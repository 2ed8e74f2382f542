using System.Globalization;
using System.Text.Json;

namespace Tilt.HuggingFace.Architecture;

/// <summary>
/// A JSON object of a model or adapter configuration: typed access that notes every problem instead of stopping at the first.
/// </summary>
internal sealed class ConfigurationObject(JsonElement element, string prefix, List<string> problems)
{
    /// <summary>
    /// Larger counts are taken for a damaged file: no dimension of a decoder comes near, and products stay within 64 bits.
    /// </summary>
    private const int LargestCount = 1 << 28;

    /// <summary>The keys in the order of the file.</summary>
    public IEnumerable<string> Keys => element.EnumerateObject().Select(p => p.Name);

    /// <summary>The key is present and not null.</summary>
    public bool Has(string key) => element.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>The key is present, perhaps null.</summary>
    public bool States(string key) => element.TryGetProperty(key, out _);

    /// <summary>The key is present and holds something else than null, false, an empty text, list or object.</summary>
    public bool IsSet(string key) => Has(key) && element.GetProperty(key) is var value && value.ValueKind switch
    {
        JsonValueKind.False => false,
        JsonValueKind.String => value.GetRawText().Length > 2,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        _ => true,
    };

    /// <summary>The key is present and holds a value of that kind.</summary>
    public bool Is(string key, JsonValueKind kind) => element.TryGetProperty(key, out JsonElement value) && value.ValueKind == kind;

    /// <summary>The value as it is written, shortened.</summary>
    public string Quote(string key) => Quote(element.GetProperty(key));

    public void Problem(string key, string what) => problems.Add($"{prefix}{key} {what}.");

    /// <summary>A whole number of at least one; 0 with a problem noted when the key is missing or holds something else.</summary>
    public int Count(string key, bool orZero = false, int largest = LargestCount)
    {
        if (!Has(key))
        {
            Problem(key, "is missing; a positive whole number is needed");
            return 0;
        }
        JsonElement value = element.GetProperty(key);
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int count) && count >= (orZero ? 0 : 1) && count <= largest)
            return count;
        Problem(key, $"is {Quote(value)}; a whole number from {(orZero ? 0 : 1)} to {largest} is needed");
        return 0;
    }

    /// <summary>A whole number that is not negative, or a list of them; empty when the key is missing.</summary>
    public IReadOnlyList<int> Counts(string key)
    {
        if (!Has(key)) return [];
        JsonElement value = element.GetProperty(key);
        JsonElement[] elements = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        if (elements.All(e => e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out int count) && count >= 0))
            return [.. elements.Select(e => e.GetInt32())];
        Problem(key, $"is {Quote(value)}; whole numbers that are not negative are needed");
        return [];
    }

    /// <summary>A finite number of at least zero.</summary>
    public double NotNegative(string key, double fallback)
    {
        if (!Has(key)) return fallback;
        JsonElement value = element.GetProperty(key);
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number >= 0 && double.IsFinite(number))
            return number;
        Problem(key, $"is {Quote(value)}; a number of at least 0 is needed");
        return fallback;
    }

    /// <summary>A finite number above zero; the fall-back when the key is missing, a problem when there is no fall-back.</summary>
    public double Positive(string key, double? fallback)
    {
        if (!Has(key))
        {
            if (fallback is null) Problem(key, "is missing; a positive number is needed");
            return fallback ?? 1;
        }
        JsonElement value = element.GetProperty(key);
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number > 0 && double.IsFinite(number))
            return number;
        Problem(key, $"is {Quote(value)}; a positive number is needed");
        return fallback ?? 1;
    }

    public bool Flag(string key)
    {
        if (!Has(key)) return false;
        JsonElement value = element.GetProperty(key);
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Problem(key, $"is {Quote(value)}; true or false is needed");
        return false;
    }

    public string? Text(string key)
    {
        if (!Has(key)) return null;
        JsonElement value = element.GetProperty(key);
        if (value.ValueKind == JsonValueKind.String) return value.GetString();
        Problem(key, $"is {Quote(value)}; a text is needed");
        return null;
    }

    public IReadOnlyList<string> Texts(string key)
    {
        if (!Has(key)) return [];
        JsonElement value = element.GetProperty(key);
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String))
            return [.. value.EnumerateArray().Select(e => e.GetString()!)];
        Problem(key, $"is {Quote(value)}; a list of texts is needed");
        return [];
    }

    /// <summary>One text or a list of them.</summary>
    public IReadOnlyList<string> Names(string key) => Is(key, JsonValueKind.String) ? [Text(key)!] : Texts(key);

    /// <summary>The keys that hold objects.</summary>
    public IEnumerable<string> Objects =>
        element.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Object).Select(p => p.Name);

    /// <summary>One token id or a list of them, each within the vocabulary.</summary>
    public int[] Ids(string key, int vocabulary)
    {
        if (!Has(key)) return [];
        JsonElement value = element.GetProperty(key);
        JsonElement[] elements = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        var ids = new List<int>();
        foreach (JsonElement one in elements)
        {
            if (one.ValueKind == JsonValueKind.Number && one.TryGetInt32(out int id) && id >= 0 && (id < vocabulary || vocabulary == 0))
                ids.Add(id);
            else
                Problem(key,
                    $"holds {Quote(one)}; token ids from 0 to {(vocabulary - 1).ToString(CultureInfo.InvariantCulture)} are needed");
        }
        return [.. ids];
    }

    public ConfigurationObject? Child(string key)
    {
        if (!Has(key)) return null;
        JsonElement value = element.GetProperty(key);
        if (value.ValueKind == JsonValueKind.Object) return new ConfigurationObject(value, $"{prefix}{key}.", problems);
        Problem(key, $"is {Quote(value)}; an object is needed");
        return null;
    }

    private static string Quote(JsonElement value)
    {
        string text = value.GetRawText();
        return text.Length <= 60 ? text : text[..60] + "…";
    }
}
