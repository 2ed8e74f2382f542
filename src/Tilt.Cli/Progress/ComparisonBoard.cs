using System.Globalization;
using Spectre.Console;
using Tilt.Results;
using Tilt.Studies.Comparison;

namespace Tilt.Cli.Progress;

/// <summary>
/// The live table of a comparison: method, progress, accuracy, length, and the time left. Plain lines where there is no terminal.
/// </summary>
internal sealed class ComparisonBoard : IProgress<ComparisonProgress>
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Method, int Seed), ComparisonProgress> _jobs = [];
    private readonly HashSet<(string Method, int Seed)> _alreadyDone = [];
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly bool _live = AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected;
    private IReadOnlyList<ComparedMethod> _plan = [];
    private long _start;

    public void Start(IReadOnlyList<ComparedMethod> plan)
    {
        _plan = plan;
        _start = _time.GetTimestamp();
        foreach (var method in plan)
        {
            foreach (int seed in method.Seeds)
                _jobs[(method.Name, seed)] = new(method.Name, seed, ComparisonPhase.Waiting, 0, null, null);
        }
    }

    public async Task<ComparisonResults> ShowAsync(Func<Task<ComparisonResults>> work)
    {
        if (!_live) return await work();
        ComparisonResults? results = null;
        await AnsiConsole.Live(Render()).AutoClear(true).Overflow(VerticalOverflow.Ellipsis).StartAsync(async context =>
        {
            Task<ComparisonResults> running = work();
            while (!running.IsCompleted)
            {
                await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(250)));
                context.UpdateTarget(Render());
            }

            results = await running;
        });
        return results!;
    }

    public void Report(ComparisonProgress value)
    {
        lock (_lock)
        {
            var before = _jobs[(value.Method, value.Seed)];
            if (before.Phase == ComparisonPhase.Waiting && value.Phase == ComparisonPhase.Done)
                _alreadyDone.Add((value.Method, value.Seed));
            _jobs[(value.Method, value.Seed)] =
                value with { Accuracy = value.Accuracy ?? before.Accuracy, Length = value.Length ?? before.Length };
            if (!_live && value.Phase == ComparisonPhase.Done)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{value.Method,-28} seed {value.Seed,-4} accuracy {value.Accuracy,7:P1}  length {value.Length,5:0.0}   {Elapsed()} "
                    + $" {Remaining()}"));
        }
    }

    private Table Render()
    {
        lock (_lock)
        {
            var table = new Table().Border(TableBorder.Rounded).Title($"tilt compare   {Elapsed()} elapsed, {Remaining()}");
            table.AddColumn("method").AddColumn("progress").AddColumn(new TableColumn("accuracy").RightAligned())
                .AddColumn(new TableColumn("length").RightAligned());
            foreach (var method in _plan)
            {
                ComparisonProgress[] jobs = [.. method.Seeds.Select(seed => _jobs[(method.Name, seed)])];
                double fraction = jobs.Average(j => j.Fraction);
                double?[] accuracies = [.. jobs.Where(j => j.Accuracy is not null).Select(j => j.Accuracy)];
                double?[] lengths = [.. jobs.Where(j => j.Length is not null).Select(j => j.Length)];
                table.AddRow(
                    new Markup(fraction >= 1 ? $"[green]{method.Name}[/]" : fraction > 0 ? $"[bold]{method.Name}[/]"
                        : $"[grey]{method.Name}[/]"),
                    new Markup(Bar(fraction, jobs)),
                    new Text(accuracies.Length == 0 ? "" : accuracies.Average()!.Value.ToString("P1", CultureInfo.InvariantCulture)),
                    new Text(lengths.Length == 0 ? "" : lengths.Average()!.Value.ToString("0.0", CultureInfo.InvariantCulture)));
            }

            return table;
        }
    }

    private static string Bar(double fraction, ComparisonProgress[] jobs)
    {
        const int width = 20;
        int filled = (int)Math.Round(fraction * width);
        string phase = jobs.Any(j => j.Phase == ComparisonPhase.Training) ? "training" : jobs.Any(j => j.Phase == ComparisonPhase.Testing)
            ? "testing" : fraction >= 1 ? "done" : "";
        return $"[blue]{new string('━', filled)}[/][grey]{new string('─', width - filled)}[/] {phase}";
    }

    private string Elapsed() => TimeLeft.Text(_time.GetElapsedTime(_start));

    private string Remaining()
    {
        // Jobs differ in cost; RL runs dominate, so they count ten times an inference-time method.
        double total = 0, done = 0;
        foreach (var (key, job) in _jobs)
        {
            if (_alreadyDone.Contains(key)) continue;
            double weight = _plan.First(m => m.Name == key.Method).Kind == MethodKind.Rl ? 10 : 1;
            total += weight;
            done += weight * job.Fraction;
        }

        if (done < 0.01 * total || done == 0) return "ETA …";
        return TimeLeft.Of(_time.GetElapsedTime(_start), done, total - done) is { } left ? $"ETA {TimeLeft.Text(left)}" : "ETA …";
    }
}
