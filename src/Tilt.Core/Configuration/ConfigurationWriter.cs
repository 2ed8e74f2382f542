using System.Collections;
using System.Globalization;
using System.Text;

namespace Tilt.Configuration;

/// <summary>Writes a configuration record as YAML that <see cref="ConfigurationReader"/> reads back to an equal record.</summary>
public static class ConfigurationWriter
{
    /// <summary>Every key with its value, in the order of declaration; equal records give equal text.</summary>
    /// <param name="configuration">The record.</param>
    /// <param name="comments">Writes what each key means above it.</param>
    public static string ToYaml(object configuration, bool comments = false)
    {
        var text = new StringBuilder();
        WriteRecord(text, configuration, ConfigurationType.Of(configuration.GetType()), 0, comments);
        return text.ToString();
    }

    private static void WriteRecord(StringBuilder text, object record, ConfigurationType type, int depth, bool comments)
    {
        foreach (ConfigurationKey key in type.Keys())
        {
            if (comments && key.Description.Length > 0) Line(text, depth, "# " + key.Description);
            WriteValue(text, key.Name + ":", key.Get(record), key.Type, depth, comments);
        }
    }

    private static void WriteValue(StringBuilder text, string lead, object? value, ConfigurationType type, int depth, bool comments)
    {
        switch (value)
        {
            case null:
                Line(text, depth, lead + " null");
                break;
            case not null when type.Kind == ValueKind.Record:
                Line(text, depth, lead);
                WriteRecord(text, value, type, depth + 1, comments);
                break;
            case not null when type.Kind == ValueKind.Dictionary:
                Line(text, depth, lead + (((ICollection)value).Count == 0 ? " {}" : ""));
                foreach (DictionaryEntry entry in (IDictionary)value) WriteValue(text, Quoted((string)entry.Key) + ":", entry.Value, type.Element!, depth + 1, comments);
                break;
            case IEnumerable items when type.Kind == ValueKind.List:
                WriteList(text, lead, [.. items.Cast<object>()], type.Element!, depth);
                break;
            default:
                Line(text, depth, lead + " " + Scalar(value));
                break;
        }
    }

    private static void WriteList(StringBuilder text, string lead, object[] items, ConfigurationType element, int depth)
    {
        if (items.Length == 0 || element.Kind == ValueKind.Scalar)
        {
            Line(text, depth, $"{lead} [{string.Join(", ", items.Select(Scalar))}]");
            return;
        }

        Line(text, depth, lead);
        foreach (object item in items)
        {
            if (element.Kind != ValueKind.Record)
            {
                WriteValue(text, "-", item, element, depth + 1, comments: false);
                continue;
            }

            var nested = new StringBuilder();
            WriteRecord(nested, item, element, depth + 2, comments: false);
            // The dash takes the place of the first key's indentation.
            nested[2 * (depth + 1)] = '-';
            text.Append(nested);
        }
    }

    private static string Scalar(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        Enum name => ConfigurationName.OfEnum(name),
        string word => Quoted(word),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        float number => number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    /// <summary>Plain where YAML cannot take it for anything else, else in double quotes.</summary>
    private static string Quoted(string word)
    {
        bool plain = word.Length > 0 && char.IsAsciiLetter(word[0]) && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '/' or '.')
            && word.ToLowerInvariant() is not ("null" or "true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n");
        if (plain) return word;
        var quoted = new StringBuilder("\"");
        foreach (char c in word)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                < ' ' or '\u007f' or '\u0085' or '\u2028' or '\u2029' => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    private static void Line(StringBuilder text, int depth, string content) => text.Append(' ', 2 * depth).Append(content).Append('\n');
}
