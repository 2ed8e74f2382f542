namespace Tilt.HuggingFace.GgufModels;

/// <summary>Finds the parameters of Llama 3's rotary scaling: a GGUF file holds the divisors that follow from them alone.</summary>
internal static class RotaryScalingSearch
{
    /// <summary>Released models have these; the low factor can be any, as all three lengths scale with it.</summary>
    private const double Low = 1, High = 4;

    /// <summary>Converters round differently.</summary>
    private const double Tolerance = 1e-5;

    private const int UsualOriginal = 8192;

    /// <summary>The parameters, or null where no frequency is changed.</summary>
    /// <param name="factors">The divisors, <c>[head size / 2]</c>.</param>
    /// <param name="headSize">Width of a head.</param>
    /// <param name="theta">Base of the frequencies.</param>
    /// <param name="known">Original context where the file states it.</param>
    /// <param name="scaling">The parameters.</param>
    /// <returns>Whether the divisors are those of such a scaling, or all 1.</returns>
    public static bool TryFind(ReadOnlySpan<float> factors, int headSize, double theta, int? known, out RotaryScaling? scaling)
    {
        scaling = null;
        float largest = 1;
        foreach (float factor in factors)
        {
            if (!float.IsFinite(factor) || factor < 1) return false;
            largest = Math.Max(largest, factor);
        }
        if (largest == 1) return true;
        foreach (double factor in (double[])[largest, 8, 32, 16, 4, 2, 64])
        {
            if (factor < largest) continue;
            foreach (RotaryScaling candidate in Candidates(factors.ToArray(), headSize, theta, factor, known))
            {
                if (!Fits(candidate, factors, headSize, theta)) continue;
                scaling = candidate;
                return true;
            }
        }
        return false;
    }

    private static IEnumerable<RotaryScaling> Candidates(float[] factors, int headSize, double theta, double factor, int? known)
    {
        if (known is { } stated) yield return new(factor, Low, High, stated);
        yield return new(factor, Low, High, UsualOriginal);
        for (int original = 16; original <= 1 << 20; original *= 2) yield return new(factor, Low, High, original);
        if (Solve(factors, headSize, theta, factor) is { } solved) yield return solved;
    }

    /// <summary>From the two outermost divisors between 1 and the factor: what is kept of a frequency is linear in it.</summary>
    private static RotaryScaling? Solve(float[] factors, int headSize, double theta, double factor)
    {
        int[] between = [.. Enumerable.Range(0, factors.Length).Where(i => factors[i] > 1 && factors[i] < factor)];
        if (between.Length < 2) return null;
        (double x0, double y0) = Point(between[0]);
        (double x1, double y1) = Point(between[^1]);
        double slope = (y1 - y0) / (x1 - x0), intercept = y0 - slope * x0, range = -Low / intercept;
        double high = Math.Round(Low + range, 4), original = Math.Round(slope * range);
        return range > 0 && double.IsFinite(high) && original is >= 1 and <= int.MaxValue ? new(factor, Low, high, (int)original) : null;

        (double Frequency, double Kept) Point(int pair) =>
            (1 / (double)RotaryFactors.Wavelength(headSize, theta, pair), (1 / (double)factors[pair] - 1 / factor) / (1 - 1 / factor));
    }

    private static bool Fits(RotaryScaling candidate, ReadOnlySpan<float> factors, int headSize, double theta)
    {
        float[] expected = RotaryFactors.Of(headSize, theta, candidate);
        for (int i = 0; i < factors.Length; i++)
            if (Math.Abs(expected[i] - factors[i]) > Tolerance * factors[i]) return false;
        return true;
    }
}
