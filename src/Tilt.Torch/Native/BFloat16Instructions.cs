using System.Runtime.Intrinsics.X86;

namespace Tilt.Torch.Native;

/// <summary>What this processor can do with bfloat16 numbers.</summary>
internal static class BFloat16Instructions
{
    /// <summary>
    /// It multiplies bfloat16 numbers in hardware (AVX512_BF16 or AMX-BF16), so that libtorch's products of many rows in bfloat16
    /// are faster than float32 ones. On others the kernels widen the weights and compute in float32.
    /// </summary>
    public static bool HasDotProduct { get; } = Detect();

    private static bool Detect()
    {
        const int ExtendedFeatures = 7, HighestSubleaf = 0;
        if (!X86Base.IsSupported || !Avx512BW.IsSupported || X86Base.CpuId(0, 0).Eax < ExtendedFeatures) return false;
        (int subleaves, _, _, int features) = X86Base.CpuId(ExtendedFeatures, HighestSubleaf);
        bool amx = (features & (1 << 22)) != 0;
        bool avx512 = subleaves >= 1 && (X86Base.CpuId(ExtendedFeatures, 1).Eax & (1 << 5)) != 0;
        return amx || avx512;
    }
}
