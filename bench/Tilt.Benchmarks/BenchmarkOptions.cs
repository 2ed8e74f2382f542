using System.Diagnostics;
using System.Text.Json;

namespace Tilt.Benchmarks;

/// <summary>What all benchmarks share.</summary>
/// <param name="Model">Model folder.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Repeats">Timed runs, after three that are not.</param>
/// <param name="Json">One JSON object a row instead of text.</param>
internal sealed record BenchmarkOptions(string Model, int Threads, int Repeats, bool Json)
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Times a run and prints a row.</summary>
    /// <param name="what">Name of the row.</param>
    /// <param name="run">The work.</param>
    /// <param name="tokens">Response tokens of a run.</param>
    /// <param name="meanLogProbability">Mean log-probability of the fixed sequences in nats a token, which shows that others have the same
    /// weights.</param>
    /// <param name="variant">Setting of the row.</param>
    /// <param name="precision">Precision of the row.</param>
    public void Measure(string what, Action run, Func<long> tokens, double? meanLogProbability = null, string variant = "",
        string precision = "float32")
    {
        for (int i = 0; i < 3; i++) run();
        var times = new double[Repeats];
        var processor = new double[Repeats];
        for (int i = 0; i < Repeats; i++)
        {
            long start = Stopwatch.GetTimestamp();
            TimeSpan used = Environment.CpuUsage.TotalTime;
            run();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            processor[i] = (Environment.CpuUsage.TotalTime - used).TotalMilliseconds;
        }
        Array.Sort(times);
        Array.Sort(processor);
        double median = times[Repeats / 2];
        if (Json)
        {
            var row = new Dictionary<string, object>
            {
                ["what"] = what,
                ["engine"] = "tilt",
                ["dtype"] = precision,
                ["variant"] = variant,
                ["threads"] = Threads,
                ["setting"] = "",
                ["median_ms"] = Math.Round(median, 1),
                ["best_ms"] = Math.Round(times[0], 1),
                ["repeats"] = Repeats,
            };
            if (meanLogProbability is { } mean) row["mean_log_probability"] = Math.Round(mean, 5);
            Console.WriteLine(JsonSerializer.Serialize(row, SnakeCase));
            return;
        }
        Console.WriteLine(
            $"{what}: {Threads} thread{(Threads == 1 ? "" : "s")}{(variant.Length > 0 ? ", " + variant : "")}, {precision}, "
            + $"median {median:F1} ms of {Repeats}, best {times[0]:F1} ms, {tokens() / median:F1} k response tokens/s "
            + $"(best {tokens() / times[0]:F1} k), processor time median {processor[Repeats / 2]:F1} ms, best {processor[0]:F1} ms");
    }
}
