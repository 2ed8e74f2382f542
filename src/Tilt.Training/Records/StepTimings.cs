using System.Diagnostics;

namespace Tilt.Training.Records;

/// <summary>Where the wall-clock seconds of one step went. Kept apart from metrics, because timings are not deterministic.</summary>
public sealed class StepTimings
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Dictionary<string, double> _seconds = [];
    private long _last = Stopwatch.GetTimestamp();

    /// <summary>Books the time since the previous call (or the start) under <paramref name="name"/>.</summary>
    public void Mark(string name)
    {
        long now = Stopwatch.GetTimestamp();
        Add(name, Stopwatch.GetElapsedTime(_last, now).TotalSeconds);
        _last = now;
    }

    /// <summary>Books the time since the previous call as the given parts; what they leave is <c>time/rest</c>.</summary>
    public void MarkParts(params ReadOnlySpan<(string Name, double Seconds)> parts)
    {
        foreach (var (name, seconds) in parts) Add(name, seconds);
        _last = Stopwatch.GetTimestamp();
    }

    /// <summary>Seconds by name, with <c>time/step</c> the whole and <c>time/rest</c> what no part claimed.</summary>
    public IReadOnlyDictionary<string, double> Finish()
    {
        double total = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        var seconds = new Dictionary<string, double>(_seconds) { ["time/rest"] = Math.Max(0, total - _seconds.Values.Sum()), ["time/step"] = total };
        return seconds;
    }

    private void Add(string name, double seconds) => _seconds[name] = _seconds.GetValueOrDefault(name) + seconds;
}
