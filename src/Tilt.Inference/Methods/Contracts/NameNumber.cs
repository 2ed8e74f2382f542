using System.Globalization;

namespace Tilt.Inference.Methods.Contracts;

/// <summary>
/// Numbers as names write them: the fewest digits that are read back as the same number, without an exponent, whose sign would be
/// taken for a dash.
/// </summary>
internal static class NameNumber
{
    public static string Of(int value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Of(double value)
    {
        if (value == 0) return "0";
        string text = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture), sign = value < 0 ? "-" : "";
        int e = text.IndexOf('E', StringComparison.Ordinal);
        if (e < 0) return sign + text;
        string digits = text[..e].Replace(".", "", StringComparison.Ordinal);
        int point = 1 + int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return sign + (point <= 0 ? $"0.{new string('0', -point)}{digits}" : point >= digits.Length ? digits.PadRight(point, '0')
            : digits.Insert(point, "."));
    }
}
