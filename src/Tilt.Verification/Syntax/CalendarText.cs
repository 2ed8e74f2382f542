using System.Text.RegularExpressions;

namespace Tilt.Verification.Syntax;

/// <summary>Dates in words: March 14, the 14th of March.</summary>
internal static class CalendarText
{
    private const string Months = "january|february|march|april|may|june|july|august|september|october|november|december";

    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private static readonly Regex MonthFirst = new(
        $"^(?:on )?(?<month>{Months}) (?:the )?(?<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:,? (?<year>[0-9]{{4}}))?$",
        Linear);

    private static readonly Regex DayFirst = new(
        $"^(?:on )?(?:the )?(?<day>[0-9]{{1,2}})(?:st|nd|rd|th)? (?:of )?(?<month>{Months})(?:,? (?<year>[0-9]{{4}}))?$",
        Linear);

    private static readonly string[] Weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

    /// <summary>Month, day and year of a date in lower case, or null.</summary>
    public static string? Date(string text)
    {
        if (text.Length > 40 || text.AsSpan().IndexOfAnyInRange('0', '9') < 0) return null;
        if (MonthFirst.Match(text) is { Success: true } first)
            return $"{first.Groups["month"].Value} {first.Groups["day"].Value.TrimStart('0')} {first.Groups["year"].Value}";
        return DayFirst.Match(text) is { Success: true } last
            ? $"{last.Groups["month"].Value} {last.Groups["day"].Value.TrimStart('0')} {last.Groups["year"].Value}"
            : null;
    }

    /// <summary>Whether a text is the name of a weekday.</summary>
    public static bool IsWeekday(string text) => Array.IndexOf(Weekdays, text) >= 0;
}
