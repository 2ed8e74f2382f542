using System.Globalization;
using System.Numerics;
using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Functions;

/// <summary>
/// Values as JSON, as Python's <c>json.dumps</c> writes them for chat templates: characters beyond ASCII as they are, nothing escaped for
/// HTML.
/// </summary>
/// <param name="bounds">The bounds.</param>
/// <param name="ascii">Characters beyond ASCII become escapes.</param>
/// <param name="indentation">What a level is indented by, or null for one line.</param>
/// <param name="itemSeparator">Between elements.</param>
/// <param name="keySeparator">Between key and value.</param>
/// <param name="sorted">Keys in order.</param>
internal sealed class JsonText(Bounds bounds, bool ascii, string? indentation, string itemSeparator, string keySeparator, bool sorted)
{
    private const int Deepest = 200;

    private readonly TextBuffer _text = new(bounds);

    public string Write(object? value)
    {
        Append(value, 0);
        return _text.ToString();
    }

    private void Append(object? value, int depth)
    {
        if (depth > Deepest) throw new JinjaException($"a value that is written as JSON is nested more than {Deepest} deep");
        switch (value)
        {
            case string text: Quote(text); break;
            case SafeText safe: Quote(safe.Text); break;
            case ListValue list: AppendAll('[', ']', list.Items, depth, Append); break;
            case DictValue dict: AppendAll('{', '}', Sorted(dict), depth, AppendEntry); break;
            default:
                _text.Append(Scalar(value)
                    ?? throw (value as Undefined)?.Failure() ?? new JinjaException($"{Describe.Of(value)} cannot be written as JSON"));
                break;
        }
    }

    private void AppendAll<T>(char open, char close, IReadOnlyList<T> items, int depth, Action<T, int> append)
    {
        _text.Append(open);
        for (int i = 0; i < items.Count; i++)
        {
            if (i > 0) _text.Append(itemSeparator);
            NewLine(depth + 1);
            append(items[i], depth + 1);
        }
        if (items.Count > 0) NewLine(depth);
        _text.Append(close);
    }

    private void AppendEntry(KeyValuePair<object?, object?> entry, int depth)
    {
        Quote(entry.Key as string ?? Scalar(entry.Key)!);
        _text.Append(keySeparator);
        Append(entry.Value, depth);
    }

    private IReadOnlyList<KeyValuePair<object?, object?>> Sorted(DictValue dict) =>
        sorted
            ? [.. dict.Entries.Order(Comparer<KeyValuePair<object?, object?>>.Create((a, b) => Comparison.Order(bounds, a.Key, b.Key)))]
            : dict.Entries;

    private void NewLine(int depth)
    {
        if (indentation is null) return;
        _text.Append('\n');
        for (int i = 0; i < depth; i++) _text.Append(indentation);
    }

    private static string? Scalar(object? value) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        BigInteger number => number.ToString(CultureInfo.InvariantCulture),
        double number => double.IsNaN(number) ? "NaN" : double.IsInfinity(number) ? (number > 0 ? "Infinity" : "-Infinity")
            : FloatText.Of(number),
        _ => null,
    };

    private void Quote(string text)
    {
        _text.Append('"');
        int from = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (Escape(text[i]) is not { } escape) continue;
            _text.Append(text.AsSpan(from, i - from)).Append(escape);
            from = i + 1;
        }
        _text.Append(text.AsSpan(from)).Append('"');
    }

    private string? Escape(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\b' => "\\b",
        '\f' => "\\f",
        < ' ' => $"\\u{(int)c:x4}",
        > '~' when ascii => $"\\u{(int)c:x4}",
        _ => null,
    };
}
