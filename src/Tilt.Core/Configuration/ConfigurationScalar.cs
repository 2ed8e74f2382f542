using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Tilt.Configuration;

/// <summary>Single values: from text, to text, and what is allowed.</summary>
internal static partial class ConfigurationScalar
{
    /// <summary>Reads a value; null when the text does not fit the type.</summary>
    public static object? Parse(SourceScalar scalar, Type type)
    {
        string text = scalar.Text;
        if (type == typeof(string)) return text;
        if (type.IsEnum) return Enum.GetValues(type).Cast<object>().FirstOrDefault(value => ConfigurationName.OfEnum(value) == text);
        if (scalar.IsQuoted) return null;
        if (type == typeof(bool))
            return text switch { "true" or "True" or "TRUE" => true, "false" or "False" or "FALSE" => false, _ => null };
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (type == typeof(int) && WholeNumber().IsMatch(text) && int.TryParse(text, culture, out int int32)) return int32;
        if (type == typeof(long) && WholeNumber().IsMatch(text) && long.TryParse(text, culture, out long int64)) return int64;
        if (type == typeof(float) && Number().IsMatch(text) && float.TryParse(text, culture, out float single) && float.IsFinite(single))
            return single;
        if (type == typeof(double) && Number().IsMatch(text) && double.TryParse(text, culture, out double number)
            && double.IsFinite(number))
            return number;
        return null;
    }

    /// <summary>The text of a value, which <see cref="Parse"/> reads back exactly; strings as they are.</summary>
    public static string Format(object value) => value switch
    {
        string text => text,
        bool truth => truth ? "true" : "false",
        Enum => ConfigurationName.OfEnum(value),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture).Replace('E', 'e'),
        _ => throw new NotSupportedException($"{value.GetType()} is not a single value of a configuration."),
    };

    /// <summary>What a key's values must be, such as "a whole number of at least 1".</summary>
    public static string Allowed(Type type, RangeAttribute? range)
    {
        if (type.IsEnum) return $"one of {string.Join(", ", EnumValues(type))}";
        if (type == typeof(string)) return "text";
        if (type == typeof(bool)) return "true or false";
        string number = type == typeof(int) || type == typeof(long) ? "a whole number" : "a number";
        if (range is not null) return $"{number} {Bounds(range)}";
        return type == typeof(int) ? $"{number} of 32 bits" : type == typeof(long) ? $"{number} of 64 bits" : number;
    }

    /// <summary>The texts of an enum's values.</summary>
    public static IEnumerable<string> EnumValues(Type type) => Enum.GetValues(type).Cast<object>().Select(ConfigurationName.OfEnum);

    /// <summary>Whether a number lies in the range.</summary>
    public static bool IsWithin(object value, RangeAttribute range)
    {
        double number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        (double minimum, double maximum) = Limits(range);
        return (range.MinimumIsExclusive ? number > minimum : number >= minimum)
            && (range.MaximumIsExclusive ? number < maximum : number <= maximum);
    }

    private static string Bounds(RangeAttribute range)
    {
        (double minimum, double maximum) = Limits(range);
        string low = $"{(range.MinimumIsExclusive ? "greater than" : "of at least")} {Format(minimum)}";
        if (double.IsPositiveInfinity(maximum)) return low;
        return $"{low} and {(range.MaximumIsExclusive ? "less than" : "at most")} {Format(maximum)}";
    }

    private static (double Minimum, double Maximum) Limits(RangeAttribute range) =>
        (Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture), Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^[-+]?[0-9]+\z")]
    private static partial Regex WholeNumber();

    [GeneratedRegex(@"^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?\z")]
    private static partial Regex Number();
}
