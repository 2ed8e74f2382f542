using System.Runtime.Intrinsics;
using Tilt.Inference.Vectors;
using Tilt.Torch.CpuEngine;

namespace Tilt.Torch.Tests.CpuEngine;

/// <summary>The kernels of every vector width over numbers in either format, chosen at run time.</summary>
internal static unsafe class Kernels
{
    public static TheoryData<int, bool> WidthsAndFormats
    {
        get
        {
            var data = new TheoryData<int, bool>();
            foreach (VectorWidth width in Enum.GetValues<VectorWidth>())
                foreach (bool bfloat16 in new[] { false, true }) data.Add((int)width, bfloat16);
            return data;
        }
    }

    public static void Multiply(int width, bool bfloat16, in RowProductTask task, int first, int end)
    {
        switch ((VectorWidth)width)
        {
            case VectorWidth.Scalar: Multiply<WidthScalar, float>(bfloat16, task, first, end); break;
            case VectorWidth.Bits128: Multiply<Width128, Vector128<float>>(bfloat16, task, first, end); break;
            case VectorWidth.Bits256: Multiply<Width256, Vector256<float>>(bfloat16, task, first, end); break;
            default: Multiply<Width512, Vector512<float>>(bfloat16, task, first, end); break;
        }
    }

    public static void Attend(int width, bool bfloat16, float* queries, int count, byte* keys, byte* values, int positions, int headWidth,
        float* result)
    {
        switch ((VectorWidth)width)
        {
            case VectorWidth.Scalar:
                Attend<WidthScalar, float>(bfloat16, queries, count, keys, values, positions, headWidth, result);
                break;
            case VectorWidth.Bits128:
                Attend<Width128, Vector128<float>>(bfloat16, queries, count, keys, values, positions, headWidth, result);
                break;
            case VectorWidth.Bits256:
                Attend<Width256, Vector256<float>>(bfloat16, queries, count, keys, values, positions, headWidth, result);
                break;
            default: Attend<Width512, Vector512<float>>(bfloat16, queries, count, keys, values, positions, headWidth, result); break;
        }
    }

    /// <summary>Numbers in the format, and what they are when read back.</summary>
    public static (byte[] Stored, float[] Values) Store(float[] numbers, bool bfloat16)
    {
        int size = bfloat16 ? 2 : 4;
        var stored = new byte[numbers.Length * size];
        var values = new float[numbers.Length];
        fixed (byte* bytes = stored)
        {
            for (int i = 0; i < numbers.Length; i++)
            {
                if (bfloat16)
                {
                    BFloat16Format<WidthScalar, float>.Write(bytes + i * size, numbers[i]);
                    values[i] = BFloat16Format<WidthScalar, float>.Read(bytes + i * size);
                }
                else
                {
                    Float32Format<WidthScalar, float>.Write(bytes + i * size, numbers[i]);
                    values[i] = Float32Format<WidthScalar, float>.Read(bytes + i * size);
                }
            }
        }
        return (stored, values);
    }

    private static void Multiply<TWidth, TVector>(bool bfloat16, in RowProductTask task, int first, int end)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        if (bfloat16) RowProduct<TWidth, TVector, BFloat16Format<TWidth, TVector>>.Multiply(task, first, end);
        else RowProduct<TWidth, TVector, Float32Format<TWidth, TVector>>.Multiply(task, first, end);
    }

    private static void Attend<TWidth, TVector>(bool bfloat16, float* queries, int count, byte* keys, byte* values, int positions,
        int headWidth, float* result)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        if (bfloat16)
            CachedAttention<TWidth, TVector, BFloat16Format<TWidth, TVector>>.Attend(queries, count, keys, values, positions, headWidth,
                result);
        else
            CachedAttention<TWidth, TVector, Float32Format<TWidth, TVector>>.Attend(queries, count, keys, values, positions, headWidth,
                result);
    }
}
