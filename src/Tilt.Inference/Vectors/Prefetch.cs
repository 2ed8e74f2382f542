using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Tilt.Inference.Vectors;

/// <summary>Hints that memory will be read soon; the address need not be valid.</summary>
internal static unsafe class Prefetch
{
    private const int LineBytes = 64;

    /// <summary>Brings a cache line to the second-level cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ToL2(float* address)
    {
        if (Sse.IsSupported) Sse.Prefetch1(address);
    }

    /// <summary>Brings up to eight cache lines to the first-level cache.</summary>
    /// <param name="address">Where they begin.</param>
    /// <param name="bytes">How many bytes; a constant, at most 512.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Lines(byte* address, int bytes)
    {
        if (!Sse.IsSupported) return;
        Sse.Prefetch0(address);
        if (bytes <= LineBytes) return;
        Sse.Prefetch0(address + LineBytes);
        if (bytes <= 2 * LineBytes) return;
        Sse.Prefetch0(address + 2 * LineBytes);
        Sse.Prefetch0(address + 3 * LineBytes);
        if (bytes <= 4 * LineBytes) return;
        Sse.Prefetch0(address + 4 * LineBytes);
        Sse.Prefetch0(address + 5 * LineBytes);
        Sse.Prefetch0(address + 6 * LineBytes);
        Sse.Prefetch0(address + 7 * LineBytes);
    }
}
