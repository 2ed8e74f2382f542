using Tilt.Torch.CpuEngine;

namespace Tilt.Torch.Tests.CpuEngine;

public sealed unsafe class RowProductTests
{
    private static readonly int[] Inputs = [1, 15, 16, 31, 32, 33, 80, 128, 130, 1024, 1056, 2100];
    private static readonly int[] Rows = [1, 2, 3, 4, 5, 8, 31, 33, 70];

    [Theory]
    [MemberData(nameof(Kernels.WidthsAndFormats), MemberType = typeof(Kernels))]
    public void Products_of_all_sizes_are_those_of_the_definition(int width, bool bfloat16)
    {
        var random = new Random(7);
        foreach (int inputs in Inputs)
        {
            foreach (int rows in Rows)
            {
                int outputs = random.Next(1, 80), first = random.Next(0, outputs), end = random.Next(first, outputs + 1),
                    stride = outputs + random.Next(0, 3);
                bool accumulate = random.Next(2) == 0, biased = random.Next(2) == 0;
                (byte[] stored, float[] w) = Kernels.Store(Numbers(random, outputs * inputs), bfloat16);
                // What lies behind the last row, up to a whole tile, may be anything.
                float[] x = [.. Numbers(random, rows * inputs), .. Enumerable.Repeat(float.NaN, 3 * inputs)];
                float[] bias = Numbers(random, outputs), c = Numbers(random, rows * stride), before = [.. c];
                fixed (byte* weights = stored)
                fixed (float* left = x, result = c, b = bias)
                    Kernels.Multiply(width, bfloat16,
                        new RowProductTask((nint)weights, inputs, (nint)left, rows, (nint)result, stride, biased ? (nint)b : 0, accumulate),
                        first, end);
                for (int row = 0; row < rows; row++)
                {
                    for (int output = 0; output < stride; output++)
                    {
                        int at = row * stride + output;
                        if (output < first || output >= end)
                        {
                            Assert.Equal(before[at], c[at]);
                            continue;
                        }
                        double sum = (accumulate ? before[at] : 0) + (biased ? bias[output] : 0), size = 1;
                        for (int k = 0; k < inputs; k++)
                        {
                            sum += (double)x[row * inputs + k] * w[output * inputs + k];
                            size += Math.Abs(x[row * inputs + k] * w[output * inputs + k]);
                        }
                        Assert.True(Math.Abs(sum - c[at]) <= 1e-6 * size,
                            $"{rows} rows, {inputs} inputs, output {output} of {first} to {end}: {c[at]} instead of {sum}");
                    }
                }
            }
        }
    }

    [Fact]
    public void Writing_bfloat16_rounds_like_libtorch()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var random = new Random(3);
        float[] numbers =
        [
            0f, -0f, 1f, float.MaxValue, float.MinValue, float.Epsilon, float.PositiveInfinity, float.NegativeInfinity, 1.00390625f,
            1.01171875f,
            .. Enumerable.Range(0, 10000).Select(_ => BitConverter.Int32BitsToSingle(random.Next())).Where(v => !float.IsNaN(v)),
        ];
        float[] expected = TorchSharp.torch.tensor(numbers).to(TorchSharp.torch.ScalarType.BFloat16).to(TorchSharp.torch.ScalarType.Float32)
            .data<float>().ToArray();
        Assert.Equal(expected, Kernels.Store(numbers, bfloat16: true).Values);
        Assert.Equal([float.NaN], Kernels.Store([BitConverter.UInt32BitsToSingle(0x7F800001)], bfloat16: true).Values);
    }

    private static float[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];
}
