using System.Globalization;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>Names values in error messages.</summary>
internal static class Describe
{
    public static string Of(object? value) => value switch
    {
        null => "none",
        bool => "a truth value",
        string or SafeText => "a text",
        long or double or System.Numerics.BigInteger => "a number",
        ListValue { IsTuple: true } => "a tuple",
        ListValue => "a list",
        DictValue => "a mapping",
        Undefined => "an undefined value",
        RangeValue => "a range",
        DictView => "a view of a mapping",
        IteratorValue => "an iterator",
        NamespaceValue => "a namespace",
        LoopValue => "'loop'",
        _ => "a function",
    };

    public static string Quoted(object? key) => key switch
    {
        string text => $"'{(text.Length <= 60 ? text : text[..60] + "…")}'",
        long number => number.ToString(CultureInfo.InvariantCulture),
        _ => Of(key),
    };
}
