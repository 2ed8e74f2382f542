namespace Tilt.Objectives;

/// <summary>Log-probabilities are kept as float32 and computed with in double precision.</summary>
internal static class Wide
{
    /// <summary>The same numbers as doubles.</summary>
    public static double[] Of(ReadOnlySpan<float> values)
    {
        double[] wide = new double[values.Length];
        for (int i = 0; i < wide.Length; i++) wide[i] = values[i];
        return wide;
    }
}
