using System.Globalization;
using System.Text.RegularExpressions;

namespace Tilt.Settings;

/// <summary>Lengths of time as they are written in configurations: <c>3h45m</c>, <c>90m</c>, <c>1d</c>, <c>30s</c>.</summary>
public static partial class Duration
{
    /// <summary>The length, or null where <paramref name="text"/> is none, or none above 0.</summary>
    public static TimeSpan? TryParse(string text)
    {
        Match match = Pattern().Match(text);
        if (!match.Success) return null;
        try
        {
            TimeSpan length = TimeSpan.FromDays(Number("days")) + TimeSpan.FromHours(Number("hours"))
                + TimeSpan.FromMinutes(Number("minutes"))
                + TimeSpan.FromSeconds(Number("seconds"));
            return length > TimeSpan.Zero ? length : null;
        }
        catch (OverflowException)
        {
            return null;
        }

        double Number(string unit) => match.Groups[unit] is { Success: true, Value: var digits }
            ? double.Parse(digits, CultureInfo.InvariantCulture)
            : 0;
    }

    /// <summary>The length that a valid configuration gives.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static TimeSpan Parse(string text) =>
        TryParse(text) ?? throw new InputException($"'{text}' is no length of time; write it like 3h45m, 90m, 1d or 30s.");

    [GeneratedRegex(@"^(?:(?<days>[0-9]{1,6})d)?(?:(?<hours>[0-9]{1,6})h)?(?:(?<minutes>[0-9]{1,6})m)?(?:(?<seconds>[0-9]{1,6})s)?\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
