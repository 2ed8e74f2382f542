using System.Text;
using System.Text.Json;
using Tilt.Files;

namespace Tilt.Cli.Commands;

/// <summary>One line of a case file.</summary>
/// <param name="Gold">The gold answer.</param>
/// <param name="Prediction">The answer or response.</param>
/// <param name="Expected">The right verdict, or null where the case does not say.</param>
/// <param name="Contested">Whether graders differ on the case; it is left out of the figures.</param>
internal sealed record VerificationCase(string Gold, string Prediction, bool? Expected, bool Contested)
{
    private const int LongestText = 64 << 20;

    /// <summary>Reads a line; false with the reason when it is no case.</summary>
    public static bool TryParse(JsonLine line, out VerificationCase parsed, out string error)
    {
        parsed = new("", "", null, false);
        JsonElement root = line.Root;
        if (!TryText(root, "gold", out string gold, out error) || !TryText(root, "prediction", out string prediction, out error))
        {
            error = line.Error(error).Message;
            return false;
        }
        bool? expected = root.TryGetProperty("expected", out JsonElement value)
            && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;
        bool contested = root.TryGetProperty("contested", out JsonElement mark)
            && mark.ValueKind is not (JsonValueKind.Null or JsonValueKind.False);
        parsed = new(gold, prediction, expected, contested);
        return true;
    }

    private static bool TryText(JsonElement root, string name, out string text, out string error)
    {
        (text, error) = ("", "");
        if (root.TryGetProperty(name, out JsonElement plain) && plain.ValueKind == JsonValueKind.String)
        {
            text = Decode(plain);
            return true;
        }
        if (root.TryGetProperty(name + "_parts", out JsonElement parts) && parts.ValueKind == JsonValueKind.Array)
            return TryJoin(parts, name, out text, out error);
        error = $"the case has neither a string \"{name}\" nor a list \"{name}_parts\".";
        return false;
    }

    private static bool TryJoin(JsonElement parts, string name, out string text, out string error)
    {
        var joined = new StringBuilder();
        (text, error) = ("", $"\"{name}_parts\" must be a list of [text, repeat count].");
        foreach (JsonElement part in parts.EnumerateArray())
        {
            if (part.ValueKind != JsonValueKind.Array || part.GetArrayLength() != 2 || part[0].ValueKind != JsonValueKind.String)
                return false;
            if (part[1].ValueKind != JsonValueKind.Number || !part[1].TryGetInt32(out int count) || count < 0) return false;
            string piece = Decode(part[0]);
            if ((long)piece.Length * count + joined.Length > LongestText)
            {
                error = $"\"{name}_parts\" makes a text of more than {LongestText} characters.";
                return false;
            }
            joined.Insert(joined.Length, piece, count);
        }
        (text, error) = (joined.ToString(), "");
        return true;
    }

    /// <summary>The string, lone surrogates included: the reader refuses those, so the escapes are read here.</summary>
    private static string Decode(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return DecodeEscapes(element.GetRawText());
        }
    }

    private static string DecodeEscapes(string raw)
    {
        var text = new StringBuilder(raw.Length);
        for (int i = 1; i < raw.Length - 1; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
                continue;
            }
            char escape = raw[++i];
            if (escape == 'u')
            {
                text.Append((char)Convert.ToUInt16(raw.Substring(i + 1, 4), 16));
                i += 4;
            }
            else text.Append(escape switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', _ => escape });
        }
        return text.ToString();
    }
}
