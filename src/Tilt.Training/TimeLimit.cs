using System.Globalization;

namespace Tilt.Training;

/// <summary>When a run must be over: before a step that would not be done and saved in time.</summary>
/// <param name="limit">The time of the whole run from now on; null for no limit.</param>
/// <param name="time">The clock.</param>
public sealed class TimeLimit(TimeSpan? limit, TimeProvider time)
{
    /// <summary>A step may take this many times as long as the longest before it.</summary>
    private const double Margin = 1.5;

    private readonly long _start = time.GetTimestamp();
    private double _longestStep;

    /// <summary>Learns how long a step took, evaluation and checkpoint included.</summary>
    /// <param name="seconds">Seconds.</param>
    public void After(double seconds) => _longestStep = Math.Max(_longestStep, seconds);

    /// <summary>Makes sure that there is time for another step.</summary>
    /// <param name="done">Steps done.</param>
    /// <param name="steps">Steps of the whole run.</param>
    /// <exception cref="TimeLimitException">There is not.</exception>
    public void Check(int done, int steps)
    {
        if (limit is not { } given || time.GetElapsedTime(_start).TotalSeconds + Margin * _longestStep < given.TotalSeconds) return;
        throw new TimeLimitException(string.Create(CultureInfo.InvariantCulture,
            $"The time limit max_time is near: {done} of {steps} steps are done and saved. The same command continues from there."));
    }
}
