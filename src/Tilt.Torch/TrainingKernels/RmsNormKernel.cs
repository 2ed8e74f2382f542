using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tilt.Torch.TrainingKernels;

/// <summary>
/// y = x·ρ·w with ρ = 1/√(mean(x²) + ε), over groups of equally wide rows: a whole hidden state, or each head of a token.
/// </summary>
/// <remarks>
/// Backward: with g = w·dy, dx = ρ·(g − x·ρ²·mean(x·g)) and dw = Σ dy·x·ρ.
/// </remarks>
internal static unsafe class RmsNormKernel
{
    /// <summary>Rows of a matrix: <paramref name="Groups"/> side by side in each of <paramref name="Tokens"/> lines.</summary>
    public readonly record struct Rows(int Tokens, int Groups, int Width);

    /// <summary>Normalises rows and stores each row's ρ.</summary>
    /// <param name="x">Input lines, <paramref name="xStride"/> elements apart.</param>
    /// <param name="xStride">Elements between lines of x.</param>
    /// <param name="weight"><c>[width]</c>.</param>
    /// <param name="y">Output lines; may be x.</param>
    /// <param name="yStride">Elements between lines of y.</param>
    /// <param name="scales">ρ, <c>[tokens × groups]</c>.</param>
    /// <param name="rows">How many rows of which width.</param>
    /// <param name="epsilon">ε.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(float* x, nint xStride, float* weight, float* y, nint yStride, float* scales, Rows rows, float epsilon)
    {
        int width = rows.Width, whole = width & ~15;
        for (int token = 0; token < rows.Tokens; token++)
        {
            for (int group = 0; group < rows.Groups; group++)
            {
                float* from = x + token * xStride + group * width, to = y + token * yStride + group * width;
                Vector512<float> squares = default;
                for (int i = 0; i < whole; i += 16)
                {
                    Vector512<float> v = Vector512.Load(from + i);
                    squares = Vector512.FusedMultiplyAdd(v, v, squares);
                }
                float sum = Vector512.Sum(squares);
                for (int i = whole; i < width; i++) sum += from[i] * from[i];
                float scale = 1 / MathF.Sqrt(sum / width + epsilon);
                scales[token * rows.Groups + group] = scale;
                Vector512<float> scaleVector = Vector512.Create(scale);
                for (int i = 0; i < whole; i += 16) (Vector512.Load(from + i) * scaleVector * Vector512.Load(weight + i)).Store(to + i);
                for (int i = whole; i < width; i++) to[i] = from[i] * scale * weight[i];
            }
        }
    }

    /// <summary>Adds the input's gradient to <paramref name="dx"/> and the weight's to <paramref name="dWeight"/>.</summary>
    /// <param name="x">Input of the forward pass.</param>
    /// <param name="xStride">Elements between lines of x.</param>
    /// <param name="weight"><c>[width]</c>.</param>
    /// <param name="scales">ρ of the forward pass.</param>
    /// <param name="dy">Gradient of the output, lines <paramref name="dyStride"/> elements apart.</param>
    /// <param name="dyStride">Elements between lines of dy.</param>
    /// <param name="dx">Gradient of the input; may be dy when it is replaced.</param>
    /// <param name="dxStride">Elements between lines of dx.</param>
    /// <param name="dWeight">Gradient of the weight, <c>[width]</c>.</param>
    /// <param name="rows">How many rows of which width.</param>
    /// <param name="accumulate">Adds to dx instead of replacing it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(float* x, nint xStride, float* weight, float* scales, float* dy, nint dyStride, float* dx, nint dxStride,
        float* dWeight, Rows rows, bool accumulate)
    {
        int width = rows.Width, whole = width & ~15;
        for (int token = 0; token < rows.Tokens; token++)
        {
            for (int group = 0; group < rows.Groups; group++)
            {
                float* input = x + token * xStride + group * width, gradient = dy + token * dyStride + group * width,
                    to = dx + token * dxStride + group * width;
                float scale = scales[token * rows.Groups + group];
                Vector512<float> products = default;
                for (int i = 0; i < whole; i += 16)
                    products = Vector512.FusedMultiplyAdd(Vector512.Load(input + i),
                        Vector512.Load(weight + i) * Vector512.Load(gradient + i), products);
                float sum = Vector512.Sum(products);
                for (int i = whole; i < width; i++) sum += input[i] * weight[i] * gradient[i];
                float pull = sum / width * scale * scale;
                Vector512<float> scaleVector = Vector512.Create(scale), pullVector = Vector512.Create(-pull);
                for (int i = 0; i < whole; i += 16)
                {
                    Vector512<float> v = Vector512.Load(input + i), g = Vector512.Load(gradient + i);
                    Vector512.FusedMultiplyAdd(v * scaleVector, g, Vector512.Load(dWeight + i)).Store(dWeight + i);
                    Vector512<float> result = Vector512.FusedMultiplyAdd(v, pullVector, Vector512.Load(weight + i) * g) * scaleVector;
                    (accumulate ? Vector512.Load(to + i) + result : result).Store(to + i);
                }
                for (int i = whole; i < width; i++)
                {
                    float result = scale * (weight[i] * gradient[i] - input[i] * pull);
                    dWeight[i] += input[i] * scale * gradient[i];
                    to[i] = accumulate ? to[i] + result : result;
                }
            }
        }
    }
}
