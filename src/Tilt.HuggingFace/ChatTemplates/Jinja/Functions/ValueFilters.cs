using System.Globalization;
using System.Numerics;
using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Functions;

/// <summary>Filters of single values: standard values, conversions, JSON, numbers.</summary>
internal static class ValueFilters
{
    public static readonly Filter[] All =
    [
        Filter.Of("default", ["default_value", "boolean"],
            (_, value, arguments) => value is Undefined || (arguments.Truth(1) && !Truth.Of(value)) ? arguments.Get(0, "") : value),
        Filter.Of("int", ["default", "base"], (_, value, arguments) => Integer(value, arguments)),
        Filter.Of("float", ["default"], (_, value, arguments) => Float(value) is { } number ? number : arguments.Get(0, 0.0)),
        Filter.Of("abs", [], (_, value, _) => value is double number ? Math.Abs(number) : Numbers.Compare(Number(value), 0L) < 0
            ? Numbers.Compute('-', 0L, value) : Numbers.Compute('+', 0L, value)),
        Filter.Of("round", ["precision", "method"], (_, value, arguments) => Round(value, arguments)),
        Filter.Of("tojson", ["ensure_ascii", "indent", "separators", "sort_keys"], Json),
    ];

    private static object? Number(object? value) =>
        value is Undefined undefined ? throw undefined.Failure() : Numbers.IsNumber(value) ? value
            : throw new JinjaException($"{Describe.Of(value)} is no number");

    private static object? Integer(object? value, Parameters.Arguments arguments)
    {
        if (value is Undefined undefined) throw undefined.Failure();
        if (value is SafeText safe) value = safe.Text;
        long radix = arguments.Integer(1, 10);
        if (value is string text && Whole(text, radix) is { } whole) return Boxed.Of(whole);
        if (value is BigInteger || Numbers.TryInteger(value, out _)) return value is bool truth ? Boxed.Of(truth ? 1L : 0L) : value;
        return Float(value) is { } number && Math.Abs(number) < long.MaxValue ? Boxed.Of((long)number) : arguments.Get(0, Boxed.Of(0L));
    }

    private static long? Whole(string text, long radix)
    {
        string digits = Digits(text);
        if (radix == 10)
            return long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;
        if (radix != 16) throw new JinjaException($"the filter 'int' is supported with the bases 10 and 16, not {radix}");
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) digits = digits[2..];
        return long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long hexadecimal)
            ? hexadecimal
            : null;
    }

    // Underscores may stand between digits.
    private static string Digits(string text)
    {
        string digits = TextOperations.Strip(text, null);
        for (int i = 1; i + 1 < digits.Length; i++)
            if (digits[i] == '_' && char.IsAsciiLetterOrDigit(digits[i - 1]) && char.IsAsciiLetterOrDigit(digits[i + 1]))
                digits = digits.Remove(i, 1);
        return digits;
    }

    private static double? Parsed(string text)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return text.TrimStart('+', '-').ToLowerInvariant() switch
        {
            "inf" or "infinity" => text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity,
            "nan" => double.NaN,
            var plain => plain.Length > 0 && (char.IsAsciiDigit(plain[0]) || plain[0] == '.')
                && double.TryParse(text, Style, CultureInfo.InvariantCulture, out double number) ? number : null,
        };
    }

    private static double? Float(object? value) => value switch
    {
        Undefined undefined => throw undefined.Failure(),
        string text => Parsed(Digits(text)),
        SafeText safe => Float(safe.Text),
        _ => Numbers.IsNumber(value) ? Numbers.Double(value) : null,
    };

    private static object? Round(object? value, Parameters.Arguments arguments)
    {
        double number = Numbers.Double(Number(value));
        string method = arguments.OptionalText(1) ?? "common";
        if (method == "common" && value is not double) return Numbers.Compute('+', 0L, value);
        if (arguments.Integer(0, 0) is not (>= 0 and <= 15 and var precision))
            throw new JinjaException("the filter 'round' is supported with a precision from 0 to 15");
        double scale = Math.Pow(10, precision);
        return method switch
        {
            "common" => Math.Round(number, (int)precision, MidpointRounding.ToEven),
            "ceil" => Math.Ceiling(number * scale) / scale,
            "floor" => Math.Floor(number * scale) / scale,
            _ => throw new JinjaException($"the filter 'round' has no method '{method}'; it has common, ceil, floor"),
        };
    }

    private static string Json(Bounds bounds, object? value, Parameters.Arguments arguments)
    {
        string? indentation = arguments.Get(1) switch
        {
            null => null,
            string text => text,
            _ => new string(' ', (int)Math.Clamp(arguments.Integer(1, 0), 0, 1000)),
        };
        (string item, string key) = (indentation is null ? ", " : ",", ": ");
        if (arguments.Get(2) is { } separators)
            (item, key) = separators is ListValue { Items: [string first, string second] }
                ? (first, second)
                : throw new JinjaException("the argument 'separators' of the filter 'tojson' must be two texts");
        return new JsonText(bounds, arguments.Truth(0), indentation, item, key, arguments.Truth(3)).Write(value);
    }
}
