using System.Globalization;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>Floating-point numbers as Python writes them: the shortest digits, an exponent from 16 places on and below 0.0001.</summary>
internal static class FloatText
{
    public static string Of(double value)
    {
        if (double.IsNaN(value)) return "nan";
        if (double.IsInfinity(value)) return value > 0 ? "inf" : "-inf";
        string sign = double.IsNegative(value) ? "-" : "";
        if (value == 0) return sign + "0.0";
        string[] shortest = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture).Split('E');
        int exponent = ExponentOf(shortest[0]) + (shortest.Length > 1 ? int.Parse(shortest[1], CultureInfo.InvariantCulture) : 0);
        string mantissa = shortest[0].Replace(".", "", StringComparison.Ordinal).Trim('0');
        return sign + (exponent is >= -4 and < 16 ? Plain(mantissa, exponent) : Scientific(mantissa, exponent));
    }

    private static int ExponentOf(string plain)
    {
        int point = plain.IndexOf('.', StringComparison.Ordinal);
        if (point < 0) return plain.Length - 1;
        int first = plain.AsSpan().IndexOfAnyExcept('0', '.');
        return first < point ? point - 1 : point - first;
    }

    private static string Plain(string digits, int exponent) => exponent < 0 ? $"0.{new string('0', -exponent - 1)}{digits}"
        : digits.Length <= exponent + 1 ? $"{digits.PadRight(exponent + 1, '0')}.0"
        : $"{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";

    private static string Scientific(string digits, int exponent) =>
        $"{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(exponent < 0 ? '-' : '+')}"
        + $"{Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)}";
}
