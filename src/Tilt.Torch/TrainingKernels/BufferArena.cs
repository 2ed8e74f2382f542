using System.Runtime.InteropServices;

namespace Tilt.Torch.TrainingKernels;

/// <summary>Float32 memory outside the managed heap, zero at first, aligned to cache lines, handed out in parts.</summary>
internal sealed unsafe class BufferArena : IDisposable
{
    private const nuint Alignment = 64;

    private float* _start;
    private nint _used;

    /// <param name="length">Elements of all parts together; each part takes a multiple of 16.</param>
    public BufferArena(nint length)
    {
        Length = length;
        _start = (float*)NativeMemory.AlignedAlloc((nuint)length * sizeof(float), Alignment);
        NativeMemory.Clear(_start, (nuint)length * sizeof(float));
    }

    /// <summary>Frees the memory of a forward pass whose backward pass never came.</summary>
    ~BufferArena() => NativeMemory.AlignedFree(_start);

    /// <summary>Elements of all parts together.</summary>
    public nint Length { get; }

    /// <summary><paramref name="count"/> elements as a part takes them.</summary>
    public static nint Part(nint count) => (count + 15) & ~15;

    /// <summary>The next part.</summary>
    public float* Take(nint count)
    {
        float* part = _start + _used;
        _used += Part(count);
        if (_used > Length) throw new InvalidOperationException($"A buffer of {Length} elements was asked for {_used}.");
        return part;
    }

    /// <summary>Takes all parts back; what they hold stays until it is overwritten.</summary>
    public void Reset() => _used = 0;

    /// <summary>Frees the memory; parts must no longer be used.</summary>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
        GC.SuppressFinalize(this);
    }
}
