using System.Globalization;
using System.Numerics;
using System.Text;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>Values as text, as Python's <c>str</c> and <c>repr</c> write them.</summary>
internal static class Printing
{
    private const int Deepest = 200;

    /// <summary>The value as a template writes it.</summary>
    public static string Text(Bounds bounds, object? value) => Scalar(value) ?? Represented(bounds, value);

    /// <summary>The value as it looks inside a list.</summary>
    public static string Represented(Bounds bounds, object? value)
    {
        var text = new TextBuffer(bounds);
        Append(bounds, text, value, 0);
        return text.ToString();
    }

    private static string? Scalar(object? value) => value switch
    {
        string text => text,
        SafeText safe => safe.Text,
        long number => number.ToString(CultureInfo.InvariantCulture),
        null => "None",
        bool truth => truth ? "True" : "False",
        double number => FloatText.Of(number),
        Undefined => "",
        BigInteger number => number.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    private static void Append(Bounds bounds, TextBuffer text, object? value, int depth)
    {
        if (depth > Deepest) throw new JinjaException($"a value that is written is nested more than {Deepest} deep");
        switch (value)
        {
            case string quoted: Quote(text, quoted); break;
            case SafeText safe: Quote(text.Append("Markup("), safe.Text); text.Append(')'); break;
            case Undefined: text.Append("Undefined"); break;
            case ListValue { IsTuple: true, Items.Count: 1 } tuple:
                Append(bounds, text.Append('('), tuple.Items[0], depth + 1);
                text.Append(",)");
                break;
            case ListValue list: AppendList(bounds, text, list.Items, list.IsTuple ? "()" : "[]", depth); break;
            case DictValue dict: AppendDict(bounds, text, dict, depth); break;
            case DictView view:
                AppendList(bounds, text.Append("dict_").Append(view.Kind).Append('('), view.Items(), "[]", depth);
                text.Append(')');
                break;
            case RangeValue range:
                text.Append(string.Create(CultureInfo.InvariantCulture,
                    $"range({range.Start}, {range.Stop}{(range.Step == 1 ? "" : $", {range.Step}")})"));
                break;
            case NamespaceValue space:
                AppendDict(bounds, text.Append("<Namespace "), space.Attributes, depth);
                text.Append('>');
                break;
            default: text.Append(Scalar(value) ?? throw new JinjaException($"{Describe.Of(value)} cannot be written as text")); break;
        }
    }

    private static void AppendList(Bounds bounds, TextBuffer text, IReadOnlyList<object?> items, string brackets, int depth)
    {
        text.Append(brackets[0]);
        for (int i = 0; i < items.Count; i++) Append(bounds, i > 0 ? text.Append(", ") : text, items[i], depth + 1);
        text.Append(brackets[1]);
    }

    private static void AppendDict(Bounds bounds, TextBuffer text, DictValue dict, int depth)
    {
        text.Append('{');
        for (int i = 0; i < dict.Count; i++)
        {
            Append(bounds, i > 0 ? text.Append(", ") : text, dict.Entries[i].Key, depth + 1);
            Append(bounds, text.Append(": "), dict.Entries[i].Value, depth + 1);
        }
        text.Append('}');
    }

    private static void Quote(TextBuffer text, string content)
    {
        char mark = content.Contains('\'', StringComparison.Ordinal) && !content.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        text.Append(mark);
        foreach (Rune rune in content.EnumerateRunes())
        {
            int code = rune.Value;
            if (code == mark || code == '\\') text.Append('\\').Append((char)code);
            else if (code is '\n' or '\r' or '\t') text.Append(code == '\n' ? "\\n" : code == '\r' ? "\\r" : "\\t");
            else if (IsPrintable(rune)) text.Append(rune.ToString());
            else text.Append(code <= 0xFF ? $"\\x{code:x2}" : code <= 0xFFFF ? $"\\u{code:x4}" : $"\\U{code:x8}");
        }
        text.Append(mark);
    }

    private static bool IsPrintable(Rune rune) =>
        rune.Value == ' '
        || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
