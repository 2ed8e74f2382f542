using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Tilt.Configuration;

/// <summary>
/// Writes a configuration record as YAML, every key in the order of declaration, so that <see cref="ConfigurationReader"/> reads
/// the same record back and equal records give equal text.
/// </summary>
public static partial class ConfigurationWriter
{
    private const int CommentWidth = 100;

    /// <summary>The YAML text, lines ended by a line feed.</summary>
    /// <param name="configuration">A record as <see cref="ConfigurationReader"/> describes it.</param>
    /// <param name="comments">Whether each key is preceded by its description.</param>
    public static string ToYaml(object configuration, bool comments = false)
    {
        StringBuilder yaml = new();
        WriteRecord(yaml, configuration, ConfigurationType.Of(configuration.GetType()), 0, comments);
        return yaml.ToString();
    }

    /// <summary>Every single value by its path, such as <c>optimizer.learning_rate</c>, as it is written.</summary>
    internal static IEnumerable<(string Path, ConfigurationKey Key, string Text)> Leaves(object record, string path = "")
    {
        foreach (ConfigurationKey key in ConfigurationType.Of(record.GetType()).Keys())
        {
            string child = ConfigurationPath.Join(path, key.Name);
            object? value = key.Get(record);
            if (key.Type.Kind == ValueKind.Record && value is not null)
            {
                foreach ((string Path, ConfigurationKey Key, string Text) leaf in Leaves(value, child)) yield return leaf;
            }
            else
            {
                StringBuilder text = new();
                WriteValue(text, value, key.Type, 0, comments: false);
                yield return (child, key, text.ToString().Trim());
            }
        }
    }

    private static void WriteRecord(StringBuilder yaml, object record, ConfigurationType type, int indent, bool comments)
    {
        foreach (ConfigurationKey key in type.Keys())
        {
            if (comments) WriteComment(yaml, key, indent);
            yaml.Append(' ', indent).Append(key.Name).Append(':');
            WriteValue(yaml, key.Get(record), key.Type, indent, comments);
        }
    }

    /// <summary>Writes what follows the colon of a key, up to and including the end of the line.</summary>
    private static void WriteValue(StringBuilder yaml, object? value, ConfigurationType type, int indent, bool comments)
    {
        switch (type.Kind)
        {
            case var _ when value is null:
                yaml.Append(" null\n");
                break;
            case ValueKind.Record:
                yaml.Append('\n');
                WriteRecord(yaml, value, type, indent + 2, comments);
                break;
            case ValueKind.Dictionary:
                WriteDictionary(yaml, value, type.Element!, indent, comments);
                break;
            case ValueKind.List:
                WriteList(yaml, (System.Collections.IEnumerable)value, type.Element!, indent);
                break;
            default:
                yaml.Append(' ').Append(Scalar(value)).Append('\n');
                break;
        }
    }

    private static void WriteDictionary(StringBuilder yaml, object dictionary, ConfigurationType element, int indent, bool comments)
    {
        (string Key, object? Value)[] entries = [.. DictionaryEntries.Of(dictionary)];
        yaml.Append(entries.Length == 0 ? " {}\n" : "\n");
        foreach ((string key, object? value) in entries)
        {
            yaml.Append(' ', indent + 2).Append(Scalar(key)).Append(':');
            WriteValue(yaml, value, element, indent + 2, comments);
        }
    }

    private static void WriteList(StringBuilder yaml, System.Collections.IEnumerable list, ConfigurationType element, int indent)
    {
        object[] items = [.. list.Cast<object>()];
        if (items.Length == 0 || element.Kind == ValueKind.Scalar)
        {
            yaml.Append(CultureInfo.InvariantCulture, $" [{string.Join(", ", items.Select(Scalar))}]\n");
            return;
        }
        yaml.Append('\n');
        foreach (object item in items)
        {
            int start = yaml.Length + indent + 2;
            if (element.Kind == ValueKind.Record && element.Keys().Count > 0)
            {
                WriteRecord(yaml, item, element, indent + 4, comments: false);
                // The dash takes the place of the first key's indentation.
                yaml[start] = '-';
                continue;
            }
            yaml.Append(' ', indent + 2).Append('-');
            WriteValue(yaml, item, element, indent + 2, comments: false);
        }
    }

    private static void WriteComment(StringBuilder yaml, ConfigurationKey key, int indent)
    {
        string allowed = key.Type.Type.IsEnum ? $" Values: {string.Join(", ", ConfigurationScalar.EnumValues(key.Type.Type))}." : "";
        StringBuilder line = new();
        foreach (string word in (key.Description + allowed).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && indent + 2 + line.Length + 1 + word.Length > CommentWidth) Flush();
            line.Append(line.Length == 0 ? "" : " ").Append(word);
        }
        if (line.Length > 0) Flush();

        void Flush()
        {
            yaml.Append(' ', indent).Append("# ").Append(line).Append('\n');
            line.Clear();
        }
    }

    private static string Scalar(object value)
    {
        string text = ConfigurationScalar.Format(value);
        return value is string && (!PlainText().IsMatch(text) || new SourceScalar(text, IsQuoted: false, default).IsNull)
            ? Quoted(text)
            : text;
    }

    private static string Quoted(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (char character in text)
        {
            bool isEscaped = char.IsControl(character) || character is '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF';
            if (character is '"' or '\\') quoted.Append('\\').Append(character);
            else if (isEscaped) quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
            else quoted.Append(character);
        }
        return quoted.Append('"').ToString();
    }

    // Text without quotes: nothing in it that YAML reads otherwise.
    [GeneratedRegex(@"^[A-Za-z0-9_./][-A-Za-z0-9_./+]*( [-A-Za-z0-9_./+]+)*\z")]
    private static partial Regex PlainText();
}
