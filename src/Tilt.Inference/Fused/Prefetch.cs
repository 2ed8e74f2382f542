using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Tilt.Inference;

/// <summary>Hints that memory will be read soon; the address need not be valid.</summary>
internal static unsafe class Prefetch
{
    /// <summary>Brings a cache line to the second-level cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ToL2(float* address)
    {
        if (Sse.IsSupported) Sse.Prefetch1(address);
    }
}
