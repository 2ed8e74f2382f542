using System.Diagnostics;

namespace Tilt.Training;

/// <summary>Where the wall-clock seconds of a step go. Kept apart from metrics, because timings are not deterministic.</summary>
public sealed class StepTimings
{
    private readonly Dictionary<string, double> _seconds = [];
    private long _start = Stopwatch.GetTimestamp();

    /// <summary>Seconds since the step began.</summary>
    public double Elapsed => Stopwatch.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Books the time until the result is disposed of under <paramref name="name"/>; parts of one name add up.</summary>
    public IDisposable Measure(string name) => new Part(this, name);

    /// <summary>
    /// Seconds of the step by name, with <c>time/step</c> the whole and <c>time/rest</c> what no part claimed; the next step begins.
    /// </summary>
    public IReadOnlyDictionary<string, double> Finish()
    {
        double total = Elapsed;
        var seconds =
            new Dictionary<string, double>(_seconds, StringComparer.Ordinal)
            {
                ["time/rest"] = Math.Max(0, total - _seconds.Values.Sum()),
                ["time/step"] = total
            };
        Restart();
        return seconds;
    }

    /// <summary>Forgets what was booked: a step begins now.</summary>
    public void Restart()
    {
        _seconds.Clear();
        _start = Stopwatch.GetTimestamp();
    }

    private sealed class Part(StepTimings timings, string name) : IDisposable
    {
        private readonly long _start = Stopwatch.GetTimestamp();

        public void Dispose() =>
            timings._seconds[name] = timings._seconds.GetValueOrDefault(name) + Stopwatch.GetElapsedTime(_start).TotalSeconds;
    }
}
