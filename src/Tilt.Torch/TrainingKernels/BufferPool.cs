namespace Tilt.Torch.TrainingKernels;

/// <summary>Buffers of one model's passes, kept for the next pass: fresh memory would be paid for in page faults at every step.</summary>
internal sealed class BufferPool : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<BufferArena> idle = [];

    /// <summary>A buffer of at least <paramref name="length"/> elements with no part taken; the smallest idle one that is large enough.</summary>
    public BufferArena Rent(nint length)
    {
        lock (gate)
        {
            BufferArena? best = idle.Where(b => b.Length >= length).MinBy(b => b.Length);
            if (best is not null)
            {
                idle.Remove(best);
                best.Reset();
                return best;
            }
            // An idle buffer that is too small for this pass would be too small for the next one as well.
            if (idle.MinBy(b => b.Length) is { } small)
            {
                idle.Remove(small);
                small.Dispose();
            }
        }
        return new BufferArena(length + length / 8);
    }

    /// <summary>Takes a buffer back.</summary>
    public void Return(BufferArena buffer)
    {
        lock (gate) idle.Add(buffer);
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (BufferArena buffer in idle) buffer.Dispose();
            idle.Clear();
        }
    }
}
