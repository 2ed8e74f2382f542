namespace Tilt.Torch.Tests.CpuEngine;

public sealed unsafe class CachedAttentionTests
{
    [Theory]
    [MemberData(nameof(Kernels.WidthsAndFormats), MemberType = typeof(Kernels))]
    public void Mixed_values_are_those_of_the_definition(int width, bool bfloat16)
    {
        var random = new Random(5);
        foreach (int positions in new[] { 1, 2, 17, 127, 128, 129, 300 })
        {
            foreach (int queries in new[] { 1, 2, 4, 5, 8 })
            {
                int size = 16 * random.Next(1, 5);
                // Scores far apart, so that the running maximum moves and old sums are scaled down.
                float[] q = [.. Numbers(random, queries * size, 4), .. Enumerable.Repeat(float.NaN, 3 * size)];
                (byte[] storedKeys, float[] k) = Kernels.Store(Numbers(random, positions * size, 3), bfloat16);
                (byte[] storedValues, float[] v) = Kernels.Store(Numbers(random, positions * size, 1), bfloat16);
                float[] actual = Numbers(random, queries * size, 1);
                fixed (byte* keys = storedKeys, values = storedValues)
                fixed (float* left = q, result = actual)
                    Kernels.Attend(width, bfloat16, left, queries, keys, values, positions, size, result);
                for (int query = 0; query < queries; query++)
                {
                    double[] scores = [.. Enumerable.Range(0, positions)
                        .Select(t => Enumerable.Range(0, size).Sum(i => (double)q[query * size + i] * k[t * size + i]))];
                    double[] weights = [.. scores.Select(s => Math.Exp(s - scores.Max()))];
                    for (int i = 0; i < size; i++)
                        Assert.Equal(Enumerable.Range(0, positions).Sum(t => weights[t] * v[t * size + i]) / weights.Sum(),
                            actual[query * size + i], 2e-5);
                }
            }
        }
    }

    private static float[] Numbers(Random random, int count, float range) =>
        [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2 - 1) * range)];
}
