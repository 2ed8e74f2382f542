using System.Runtime.InteropServices;

namespace Tilt.Models;

/// <summary>Zeroed float32 memory outside the managed heap, aligned to cache lines, handed out in parts.</summary>
internal sealed unsafe class AlignedBuffer : IDisposable
{
    private const nuint Alignment = 64;

    private readonly nint length;
    private float* start;
    private nint used;

    /// <param name="length">Elements of all parts together; each part takes a multiple of 16.</param>
    public AlignedBuffer(nint length)
    {
        this.length = length;
        start = (float*)NativeMemory.AlignedAlloc((nuint)length * sizeof(float), Alignment);
        NativeMemory.Clear(start, (nuint)length * sizeof(float));
    }

    /// <summary>The next part.</summary>
    public float* Take(nint count)
    {
        float* part = start + used;
        used += (count + 15) & ~15;
        if (used > length) throw new InvalidOperationException($"A buffer of {length} elements was asked for {used}.");
        return part;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(start);
        start = null;
    }
}
