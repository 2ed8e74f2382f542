namespace Tilt.Inference.Vectors;

/// <summary>
/// Floats that never move, from an address divisible by 64 on, zero at first. The garbage collector frees them, so whoever
/// uses <see cref="Pointer"/> keeps the buffer reachable.
/// </summary>
internal sealed unsafe class AlignedBuffer
{
    private const int FloatsPerLine = 16;

    // The array is what keeps the memory: the field is never read.
    private readonly float[] _memory;

    /// <summary>Makes a buffer of <paramref name="length"/> floats.</summary>
    public AlignedBuffer(long length)
    {
        _memory = GC.AllocateArray<float>(checked((int)(length + FloatsPerLine)), pinned: true);
        nint address = (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(
            ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(_memory));
        Pointer = (float*)((address + 63) & ~(nint)63);
        Length = length;
    }

    /// <summary>The first float.</summary>
    public float* Pointer { get; }

    /// <summary>Number of floats.</summary>
    public long Length { get; }

    /// <summary>The floats.</summary>
    public Span<float> Span => new(Pointer, checked((int)Length));
}
