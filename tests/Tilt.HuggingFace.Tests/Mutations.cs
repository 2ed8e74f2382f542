using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Tilt.HuggingFace.Tests;

/// <summary>Damage done to files, at random but the same in every run.</summary>
internal sealed class Mutations(int seed)
{
    private const string Placeholder = "\"@@\"";

    /// <summary>Values that no key expects, some of them no JSON at all.</summary>
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1", "3", "0.5", "-0.0", "1e-400", "1e308", "1e400", "2147483647", "2147483648",
        "9223372036854775807", "9223372036854775808", "NaN", "Infinity", "\"\"", "\"x\"", "\"all-linear\"",
        "\"\\ud800\"", "\"\\u0000\"", "\"../../etc/passwd\"", "\"(\"", "\"(a*)*b\"", "\".*\"", "[]", "[null]", "[0,0]", "[1,[2,[3]]]",
        "[-1,18446744073709551615]", "{}", "{\"a\":1,\"a\":2}", "{\"\\ud800\":1}", "{\"type\":\"llama3\"}", "[\"q_proj\",1]",
        "\"F64\"", "\"BOOL\"", "\"BF16\"", Nested("[", "]", 100), Nested("{\"a\":", "}", 70, "1"), '"' + new string('x', 70_000) + '"',
    ];

    /// <summary>Rounds of a fuzzer: few in the test command, TILT_FUZZ times as many where that is asked for.</summary>
    public static int Rounds(int few) =>
        int.TryParse(Environment.GetEnvironmentVariable("TILT_FUZZ"), CultureInfo.InvariantCulture, out int factor) ? few * factor : few;

    // TILT_FUZZ_SEED=7 does other damage.
    private readonly Random _random = new(seed + SeedShift);

    /// <summary>What is added to every seed, 0 unless the environment asks for other damage.</summary>
    public static int SeedShift =>
        int.TryParse(Environment.GetEnvironmentVariable("TILT_FUZZ_SEED"), CultureInfo.InvariantCulture, out int shift) ? 1000 * shift : 0;

    /// <summary>One to three damages to a JSON text: values replaced, keys removed, renamed and doubled, or bytes changed.</summary>
    public byte[] OfJson(string json)
    {
        JsonNode root = JsonNode.Parse(json)!;
        for (int i = _random.Next(1, 4); i > 0; i--)
        {
            if (_random.Next(4) == 0) return OfBytes(Encoding.UTF8.GetBytes(root.ToJsonString()));
            if (Pick(root) is not { } place) continue;
            switch (_random.Next(4))
            {
                case 0: Remove(place); break;
                case 1 when place.Parent is JsonObject owner: owner[Key(place) + "x"] = place.DeepClone(); break;
                default:
                    place.ReplaceWith("@@");
                    string text = root.ToJsonString();
                    int at = text.IndexOf(Placeholder, StringComparison.Ordinal);
                    text = text[..at] + Values[_random.Next(Values.Length)] + text[(at + Placeholder.Length)..];
                    // What is no longer JSON cannot be damaged further.
                    try
                    {
                        JsonNode changed = JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false })!;
                        // Broken texts are found when they are read.
                        Collect(changed, []);
                        _ = changed.ToJsonString();
                        root = changed;
                    }
                    catch (Exception e) when (e is System.Text.Json.JsonException or ArgumentException or InvalidOperationException)
                    {
                        return Encoding.UTF8.GetBytes(text);
                    }
                    break;
            }
        }
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    /// <summary>Bytes flipped, removed, doubled or cut off.</summary>
    public byte[] OfBytes(byte[] bytes)
    {
        var list = bytes.ToList();
        for (int i = _random.Next(1, 5); i > 0 && list.Count > 0; i--)
        {
            int at = _random.Next(list.Count), length = Math.Min(_random.Next(1, 9), list.Count - at);
            switch (_random.Next(5))
            {
                case 0: list[at] ^= (byte)(1 << _random.Next(8)); break;
                case 1: list[at] = (byte)_random.Next(256); break;
                case 2: list.RemoveRange(at, length); break;
                case 3: list.InsertRange(at, list.GetRange(at, length)); break;
                default: if (_random.Next(4) == 0) list.RemoveRange(at, list.Count - at); break;
            }
        }
        return [.. list];
    }

    /// <summary>A safetensors file with a damaged header, length or tail.</summary>
    public byte[] OfSafetensors(byte[] file)
    {
        int headerLength = (int)BitConverter.ToUInt64(file);
        if (_random.Next(6) == 0) return [.. OfBytes(file[..8]), .. file[8..]];
        if (_random.Next(6) == 0) return file[.._random.Next(file.Length)];
        byte[] header = _random.Next(3) == 0
            ? OfBytes(file[8..(8 + headerLength)])
            : OfJson(Encoding.UTF8.GetString(file, 8, headerLength));
        return [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. file[(8 + headerLength)..]];
    }

    private JsonNode? Pick(JsonNode root)
    {
        var places = new List<JsonNode>();
        Collect(root, places);
        return places.Count == 0 ? null : places[_random.Next(places.Count)];
    }

    private static void Collect(JsonNode node, List<JsonNode> places)
    {
        IEnumerable<JsonNode?> children = node switch
        {
            JsonObject o => o.Select(p => p.Value),
            JsonArray a => a,
            _ => [],
        };
        foreach (JsonNode child in children.OfType<JsonNode>())
        {
            places.Add(child);
            Collect(child, places);
        }
    }

    private static void Remove(JsonNode place)
    {
        if (place.Parent is JsonObject owner) owner.Remove(Key(place));
        else (place.Parent as JsonArray)?.Remove(place);
    }

    private static string Key(JsonNode place) => place.GetPropertyName();

    private static string Nested(string open, string close, int depth, string inner = "") =>
        string.Concat(Enumerable.Repeat(open, depth)) + inner + string.Concat(Enumerable.Repeat(close, depth));
}
