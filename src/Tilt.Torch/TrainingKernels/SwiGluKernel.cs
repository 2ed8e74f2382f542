using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tilt.Torch.TrainingKernels;

/// <summary>y = silu(gate)·up with gate and up side by side in one matrix <c>[tokens, 2·width]</c>.</summary>
/// <remarks>With σ = sigmoid(gate): d gate = dy·up·σ·(1 + gate·(1 − σ)), d up = dy·gate·σ.</remarks>
internal static unsafe class SwiGluKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(float* gateUp, float* y, int tokens, int width)
    {
        int whole = width & ~15;
        for (int token = 0; token < tokens; token++, gateUp += 2 * width, y += width)
        {
            float* up = gateUp + width;
            for (int i = 0; i < whole; i += 16)
            {
                Vector512<float> gate = Vector512.Load(gateUp + i);
                (gate * VectorMath.Sigmoid(gate) * Vector512.Load(up + i)).Store(y + i);
            }
            for (int i = whole; i < width; i++) y[i] = gateUp[i] * Sigmoid(gateUp[i]) * up[i];
        }
    }

    /// <summary>Gradient of gate and up, <c>[tokens, 2·width]</c>, from that of the output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(float* gateUp, float* dy, float* dGateUp, int tokens, int width)
    {
        int whole = width & ~15;
        for (int token = 0; token < tokens; token++, gateUp += 2 * width, dGateUp += 2 * width, dy += width)
        {
            float* up = gateUp + width, dUp = dGateUp + width;
            for (int i = 0; i < whole; i += 16)
            {
                Vector512<float> gate = Vector512.Load(gateUp + i), sigmoid = VectorMath.Sigmoid(gate), gradient = Vector512.Load(dy + i);
                Vector512<float> slope = Vector512.FusedMultiplyAdd(gate, Vector512<float>.One - sigmoid, Vector512<float>.One) * sigmoid;
                (gradient * Vector512.Load(up + i) * slope).Store(dGateUp + i);
                (gradient * gate * sigmoid).Store(dUp + i);
            }
            for (int i = whole; i < width; i++)
            {
                float sigmoid = Sigmoid(gateUp[i]);
                dGateUp[i] = dy[i] * up[i] * sigmoid * (1 + gateUp[i] * (1 - sigmoid));
                dUp[i] = dy[i] * gateUp[i] * sigmoid;
            }
        }
    }

    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));
}
