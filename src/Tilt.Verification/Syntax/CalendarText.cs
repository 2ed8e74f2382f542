using System.Text.RegularExpressions;

namespace Tilt.Verification.Syntax;

/// <summary>Dates in words: March 14, the 14th of March.</summary>
internal static class CalendarText
{
    private const string Months = "january|february|march|april|may|june|july|august|september|october|november|december";

    private static readonly Regex MonthFirst = new(
        $"^(?:on )?({Months}) (?:the )?([0-9]{{1,2}})(?:st|nd|rd|th)?(?:,? ([0-9]{{4}}))?$",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private static readonly Regex DayFirst = new(
        $"^(?:on )?(?:the )?([0-9]{{1,2}})(?:st|nd|rd|th)? (?:of )?({Months})(?:,? ([0-9]{{4}}))?$",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private static readonly string[] Weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

    /// <summary>Month, day and year of a date in lower case, or null.</summary>
    public static string? Date(string text)
    {
        if (text.Length > 40 || text.AsSpan().IndexOfAnyInRange('0', '9') < 0) return null;
        if (MonthFirst.Match(text) is { Success: true } first)
            return $"{first.Groups[1].Value} {first.Groups[2].Value.TrimStart('0')} {first.Groups[3].Value}";
        return DayFirst.Match(text) is { Success: true } last
            ? $"{last.Groups[2].Value} {last.Groups[1].Value.TrimStart('0')} {last.Groups[3].Value}"
            : null;
    }

    /// <summary>Whether a text is the name of a weekday.</summary>
    public static bool IsWeekday(string text) => Array.IndexOf(Weekdays, text) >= 0;
}
