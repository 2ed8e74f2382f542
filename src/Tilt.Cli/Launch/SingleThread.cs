using System.Collections.Concurrent;

namespace Tilt.Cli.Launch;

/// <summary>
/// Keeps a program on the thread that it began on: what follows an <c>await</c> runs there, not on whatever thread of the pool is free.
/// </summary>
/// <remarks>
/// OpenMP, on which libtorch's operations run, keeps a team of threads for every thread that calls it. With more teams than cores their
/// threads stop waiting for work actively, and each of the hundreds of operations of a decoding step begins with waking them: a fifth of
/// the time of rollouts of a model of 135 million parameters on two cores.
/// </remarks>
internal sealed class SingleThread : SynchronizationContext
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _waiting = [];

    /// <summary>Runs <paramref name="body"/> and everything that it awaits on this thread, and returns what it returns.</summary>
    public static int Run(Func<Task<int>> body)
    {
        SynchronizationContext? before = Current;
        var context = new SingleThread();
        SetSynchronizationContext(context);
        try
        {
            Task<int> task = body();
            _ = task.ContinueWith(_ => context._waiting.CompleteAdding(), TaskScheduler.Default);
            foreach ((SendOrPostCallback callback, object? state) in context._waiting.GetConsumingEnumerable()) callback(state);
            return task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            _waiting.Add((d, state));
        }
        catch (InvalidOperationException)
        {
            // The program is over; what comes late has nothing to compute any more.
            ThreadPool.QueueUserWorkItem(_ => d(state));
        }
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nobody waits for this thread.");
}
