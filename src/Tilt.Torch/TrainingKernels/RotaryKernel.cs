using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tilt.Torch.TrainingKernels;

/// <summary>Rotates the first heads of each token by its position, in place; the halves of a head are the pairs.</summary>
internal static unsafe class RotaryKernel
{
    /// <param name="x">Lines of heads, <paramref name="stride"/> elements apart, <c>[tokens, heads, head size, …]</c>.</param>
    /// <param name="stride">Elements between tokens.</param>
    /// <param name="heads">Heads to rotate (queries and keys).</param>
    /// <param name="headSize">Width of a head.</param>
    /// <param name="starts">First token of each sequence and, last, the number of tokens.</param>
    /// <param name="cosines"><c>[positions × head size / 2]</c>.</param>
    /// <param name="sines">Like the cosines.</param>
    /// <param name="direction">1 rotates forward; −1 back, which is the gradient's way.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rotate(float* x, nint stride, int heads, int headSize, ReadOnlySpan<int> starts, float* cosines, float* sines,
        float direction)
    {
        int half = headSize / 2, whole = half & ~15;
        Vector512<float> sign = Vector512.Create(direction);
        for (int sequence = 0; sequence + 1 < starts.Length; sequence++)
        {
            for (int token = starts[sequence]; token < starts[sequence + 1]; token++)
            {
                float* cosine = cosines + (nint)(token - starts[sequence]) * half, sine = sines + (nint)(token - starts[sequence]) * half;
                for (int head = 0; head < heads; head++)
                {
                    float* first = x + token * stride + head * headSize, second = first + half;
                    for (int i = 0; i < whole; i += 16)
                    {
                        Vector512<float> a = Vector512.Load(first + i), b = Vector512.Load(second + i), c = Vector512.Load(cosine + i),
                            s = Vector512.Load(sine + i) * sign;
                        (a * c - b * s).Store(first + i);
                        (b * c + a * s).Store(second + i);
                    }
                    for (int i = whole; i < half; i++)
                    {
                        float a = first[i], b = second[i], s = sine[i] * direction;
                        first[i] = a * cosine[i] - b * s;
                        second[i] = b * cosine[i] + a * s;
                    }
                }
            }
        }
    }
}
