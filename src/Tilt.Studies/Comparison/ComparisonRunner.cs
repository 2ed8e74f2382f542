using System.Collections.Concurrent;
using System.Diagnostics;
using Tilt.Results;

namespace Tilt.Studies.Comparison;

/// <summary>
/// Runs every method of a comparison with the same data, budget and settings. Each job (method and seed) saves its result,
/// so an interrupted comparison continues where it stopped. The folder is held until the runner is disposed.
/// </summary>
public sealed class ComparisonRunner : IDisposable
{
    private readonly ComparisonOptions _options;
    private readonly IReadOnlyList<ComparedMethod> _plan;
    private readonly ComparisonFolder _folder;
    private readonly IProgress<ComparisonProgress>? _progress;

    /// <summary>A comparison in <see cref="ComparisonOptions.Out"/>, new or to be continued.</summary>
    /// <exception cref="InputException">A method's name is unknown, or the folder holds a comparison with other settings, is in use, or
    /// cannot be written.</exception>
    public ComparisonRunner(ComparisonOptions options, IProgress<ComparisonProgress>? progress = null)
    {
        _options = options;
        _plan = ComparisonPlan.Of(options);
        _folder = ComparisonFolder.Open(options);
        _progress = progress;
    }

    /// <summary>The methods, in the order of the table.</summary>
    public IReadOnlyList<ComparedMethod> Plan => _plan;

    /// <summary>Runs what is not done yet and assembles the results.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; what was done is saved.</exception>
    public async Task<ComparisonResults> RunAsync(CancellationToken cancellationToken = default)
    {
        long start = Stopwatch.GetTimestamp();
        double before = _folder.SecondsSpent;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = new ConcurrentQueue<ComparisonJob>(ComparisonJob.Of(_plan, _options, _folder));
        try
        {
            // One worker stays on the thread of the caller, which libtorch's threads are with.
            if (_options.Jobs <= 1) await WorkAsync(waiting, stop);
            else
                await Task.WhenAll(Enumerable.Range(0, _options.Jobs)
                    .Select(_ => Task.Run(() => WorkAsync(waiting, stop), CancellationToken.None)));
        }
        finally
        {
            _folder.SecondsSpent = before + Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        return ComparisonAssembly.Assemble(_plan, _options, _folder);
    }

    /// <summary>Lets go of the folder.</summary>
    public void Dispose() => _folder.Dispose();

    private async Task WorkAsync(ConcurrentQueue<ComparisonJob> waiting, CancellationTokenSource stop)
    {
        try
        {
            while (waiting.TryDequeue(out var job))
            {
                stop.Token.ThrowIfCancellationRequested();
                await job.RunAsync(_progress, stop.Token);
            }
        }
        catch
        {
            // One failed job stops the others at their next step; their state is saved.
            await stop.CancelAsync();
            throw;
        }
    }
}
