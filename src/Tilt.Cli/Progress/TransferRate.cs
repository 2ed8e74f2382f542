namespace Tilt.Cli.Progress;

/// <summary>How fast bytes arrive: over the last ten seconds, so that it follows the network without jumping.</summary>
internal sealed class TransferRate(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Queue<(long At, long Total)> _samples = [];

    /// <summary>Bytes that arrived since the beginning.</summary>
    public long Total { get; private set; }

    /// <summary>Bytes a second; 0 while nothing is known.</summary>
    public double BytesPerSecond
    {
        get
        {
            if (_samples.Count == 0) return 0;
            var (at, total) = _samples.Peek();
            double seconds = time.GetElapsedTime(at).TotalSeconds;
            return seconds <= 0 ? 0 : (Total - total) / seconds;
        }
    }

    /// <summary>Counts bytes that have just arrived.</summary>
    public void Add(long bytes)
    {
        long now = time.GetTimestamp();
        if (_samples.Count == 0) _samples.Enqueue((now, Total));
        Total += bytes;
        // Ten samples a second are enough; the oldest is kept that is a whole window old, so that a stall shows.
        if (time.GetElapsedTime(_samples.Last().At, now) >= Window / 100) _samples.Enqueue((now, Total));
        while (_samples.Count > 2 && time.GetElapsedTime(_samples.Peek().At, now) > Window) _samples.Dequeue();
    }

    /// <summary>Time until <paramref name="bytes"/> more have arrived; null while nothing is known.</summary>
    public TimeSpan? TimeFor(long bytes) =>
        BytesPerSecond is > 0 and var rate ? TimeSpan.FromSeconds(Math.Min(bytes / rate, 8_640_000)) : null;
}
