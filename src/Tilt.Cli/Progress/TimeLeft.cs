using System.Globalization;

namespace Tilt.Cli.Progress;

/// <summary>How long something takes, the same in every command: hours, minutes, seconds, and days where there are any.</summary>
internal static class TimeLeft
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(100);

    /// <summary>The time as text: <c>0:01:30</c>, <c>7:30:00</c>, <c>2 d 03:00:00</c>.</summary>
    public static string Text(TimeSpan time) => time >= Longest ? "more than 100 d"
        : time.ToString(time.TotalDays >= 1 ? @"d\ \d\ hh\:mm\:ss" : @"h\:mm\:ss", CultureInfo.InvariantCulture);

    /// <summary>
    /// The time that is left when the pace stays: <c>, 0:01:30 left</c>. Nothing while no pace is known, or nothing is left.
    /// </summary>
    /// <param name="elapsed">Time that was taken.</param>
    /// <param name="done">What was done in it.</param>
    /// <param name="left">What is left, in the same unit.</param>
    public static string After(TimeSpan elapsed, double done, double left) =>
        Of(elapsed, done, left) is { } time && left > 0 ? $", {Text(time)} left" : "";

    /// <summary>The time that is left when the pace stays; null while none is known.</summary>
    public static TimeSpan? Of(TimeSpan elapsed, double done, double left)
    {
        double seconds = elapsed.TotalSeconds * left / done;
        return double.IsFinite(seconds) && done > 0 ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Longest.TotalSeconds)) : null;
    }
}
