using System.Runtime.Intrinsics;

namespace Tilt.Inference.Vectors;

/// <summary>One float at a time, for machines without vectors.</summary>
internal readonly unsafe struct WidthScalar : IVectorWidth<float>
{
    public static int Lanes => 1;

    public static bool HasWideTile => false;

    public static float Load(float* source) => *source;

    public static float LoadBFloat16(ushort* source) => BitConverter.UInt32BitsToSingle((uint)*source << 16);

    public static void Store(float* destination, float value) => *destination = value;

    public static float Broadcast(float value) => value;

    public static float Add(float a, float b) => a + b;

    public static float Subtract(float a, float b) => a - b;

    public static float Multiply(float a, float b) => a * b;

    public static float Divide(float a, float b) => a / b;

    public static float MultiplyAdd(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    public static float Max(float a, float b) => a > b ? a : b;

    public static float Min(float a, float b) => a < b ? a : b;

    public static float ZeroWhereBelow(float value, float tested, float bound) => tested < bound ? 0f : value;

    public static float ScaleByPower(float value, float shifted) =>
        BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value) + (BitConverter.SingleToInt32Bits(shifted) << 23));

    public static float Sum(float value) => value;

    public static Vector128<float> Sums(float a, float b, float c, float d) => Vector128.Create(a, b, c, d);

    public static float Largest(float value) => value;
}
