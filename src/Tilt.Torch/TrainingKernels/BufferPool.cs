namespace Tilt.Torch.TrainingKernels;

/// <summary>Buffers of one model's passes, kept for the next pass: fresh memory would be paid for in page faults at every step.</summary>
internal sealed class BufferPool : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<BufferArena> _idle = [];

    /// <summary>
    /// A buffer of at least <paramref name="length"/> elements with no part taken; the smallest idle one that is large enough.
    /// </summary>
    public BufferArena Rent(nint length)
    {
        lock (_gate)
        {
            BufferArena? best = _idle.Where(b => b.Length >= length).MinBy(b => b.Length);
            if (best is not null)
            {
                _idle.Remove(best);
                best.Reset();
                return best;
            }
            // An idle buffer that is too small for this pass would be too small for the next one as well.
            if (_idle.MinBy(b => b.Length) is { } small)
            {
                _idle.Remove(small);
                small.Dispose();
            }
        }
        return new BufferArena(length + length / 8);
    }

    /// <summary>Takes a buffer back.</summary>
    public void Return(BufferArena buffer)
    {
        lock (_gate) _idle.Add(buffer);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (BufferArena buffer in _idle) buffer.Dispose();
            _idle.Clear();
        }
    }
}
