using System.Globalization;
using Spectre.Console;
using Tilt.HuggingFace.Hub;

namespace Tilt.Cli.Progress;

/// <summary>Progress of a download on standard error: bars, rate and time left in a terminal, plain lines elsewhere.</summary>
internal sealed class PullBoard(string repository, TimeProvider time) : IProgress<PullEvent>
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<HubFile, (long Position, long Size)> _running = [];
    private readonly Dictionary<HubFile, long> _done = [];
    private readonly TransferRate _rate = new(time);
    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
    private readonly TextWriter _errors = Console.Error;
    private readonly Queue<string> _notes = [];
    private readonly long _start = time.GetTimestamp();
    private long _lastLine = time.GetTimestamp();
    private PullPlanned? _plan;
    private bool _live;

    private long Total => _plan?.Files.Sum(f => f.Size ?? _done.GetValueOrDefault(f, _running.GetValueOrDefault(f).Size)) ?? 0;

    private long Here => _done.Values.Sum() + _running.Values.Sum(f => f.Position);

    /// <summary>Does the work and shows how it goes.</summary>
    public async Task<PulledSnapshot> ShowAsync(Func<Task<PulledSnapshot>> work)
    {
        _live = _console.Profile.Capabilities.Interactive && !Console.IsErrorRedirected;
        if (!_live) return await work();
        Task<PulledSnapshot>? running = null;
        try
        {
            await _console.Live(new Text($"{repository}: asking the hub …")).AutoClear(true).StartAsync(async context =>
            {
                running = work();
                while (!running.IsCompleted)
                {
                    await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(200)));
                    context.UpdateTarget(Render());
                }
            });
        }
        finally
        {
            _live = false;
            while (_notes.TryDequeue(out string? note)) _errors.WriteLine(note);
        }

        return await running!;
    }

    public void Report(PullEvent value)
    {
        lock (_lock)
        {
            switch (value)
            {
                case PullPlanned plan:
                    _plan = plan;
                    foreach (HubFile file in plan.Present) _done[file] = file.Size ?? 0;
                    long missing = plan.Files.Except(plan.Present).Sum(f => f.Size ?? 0);
                    if (plan.Present.Count < plan.Files.Count)
                        Line($"{repository} at commit {plan.Commit[..12]}: {plan.Files.Count - plan.Present.Count} of {plan.Files.Count} "
                            + $"files to fetch, {ByteSize.Text(missing)}.");
                    break;
                case PullStarted started:
                    _running[started.File] = (started.Position, started.Size);
                    break;
                case PullAdvanced advanced:
                    var before = _running.GetValueOrDefault(advanced.File);
                    _running[advanced.File] = (advanced.Position, before.Size);
                    _rate.Add(advanced.Position - before.Position);
                    if (!_live && time.GetElapsedTime(_lastLine) >= LineInterval) Line(Overall());
                    break;
                case PullCompleted completed:
                    _running.Remove(completed.File);
                    _done[completed.File] = completed.Size;
                    if (!_live)
                        Line($"{completed.File.Path}  {ByteSize.Text(completed.Size)} "
                            + $" {(completed.Verified ? "checksum right" : "size right")}");
                    break;
                case PullNote note:
                    Line(note.Text);
                    break;
            }
        }
    }

    /// <summary>One line on what was done.</summary>
    public void Summarize()
    {
        lock (_lock)
        {
            double seconds = time.GetElapsedTime(_start).TotalSeconds;
            _errors.WriteLine(_rate.Total == 0
                ? $"{repository} is in the cache; nothing was downloaded."
                : string.Create(CultureInfo.InvariantCulture,
                    $"{ByteSize.Text(_rate.Total)} downloaded in {seconds:0.0} s "
                    + $"({ByteSize.Text(_rate.Total / Math.Max(seconds, 1e-3))}/s). {repository} is complete."));
        }
    }

    private void Line(string text)
    {
        _lastLine = time.GetTimestamp();
        if (_live) _notes.Enqueue(text);
        else _errors.WriteLine(text);
    }

    private string Overall()
    {
        long total = Total, here = Here;
        string left = _rate.TimeFor(total - here) is { } wait ? TimeLeft.Text(wait) : "…";
        return $"{ByteSize.Text(here)} of {ByteSize.Text(total)}  {ByteSize.Text(_rate.BytesPerSecond)}/s  ETA {left}  ({_done.Count} "
            + $"of {_plan?.Files.Count ?? 0} files)";
    }

    private Rows Render()
    {
        lock (_lock)
        {
            if (_plan is null) return new Rows(new Text($"{repository}: asking the hub …"));
            var grid =
                new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().NoWrap());
            foreach (var (file, (position, size)) in _running.OrderBy(f => f.Key.Path, StringComparer.Ordinal))
                grid.AddRow(new Text(file.Path), new Markup(Bar(position, size)),
                    new Text($"{ByteSize.Text(position)} of {ByteSize.Text(size)}"));
            string[] notes = [.. _notes.TakeLast(3)];
            return new Rows([new Text($"{repository}  {Overall()}"), grid, .. notes.Select(n => new Text(n, new Style(Color.Grey)))]);
        }
    }

    private static string Bar(long position, long size)
    {
        const int Width = 24;
        int filled = size == 0 ? Width : (int)(Math.Min(position, size) * Width / size);
        return $"[blue]{new string('━', filled)}[/][grey]{new string('─', Width - filled)}[/]";
    }
}
