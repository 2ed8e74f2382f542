using Tilt.Rollouts;

namespace Tilt.HuggingFace.Architecture;

/// <summary>
/// Random starting weights, a pure function of seed and shape: embedding normal with standard deviation 0.05, matrices
/// 1/√inputs, the two matrices of a block that write to the residual stream further divided by √(2·blocks) (Radford et al.,
/// GPT-2, 2019), norms 1, biases 0.
/// </summary>
internal static class WeightInitialization
{
    private const double EmbeddingDeviation = 0.05;

    /// <summary>Values of parameter number <paramref name="index"/> of the layout, row-major.</summary>
    public static float[] Values(ModelConfiguration configuration, ParameterShape parameter, int index, uint seed)
    {
        var values = new float[parameter.Shape.Aggregate(1L, (product, dimension) => checked(product * dimension))];
        if (parameter.Shape is [_, var inputs])
            FillNormal(values, Deviation(configuration, parameter.Name, inputs),
                new RandomStream(seed, RandomDomain.Initialization, 0, (uint)index, 0));
        else if (parameter.Name.EndsWith(".weight", StringComparison.Ordinal)) Array.Fill(values, 1f);
        return values;
    }

    /// <summary>Standard deviation of a matrix with the given number of inputs.</summary>
    public static double Deviation(ModelConfiguration configuration, string name, long inputs)
    {
        if (name == ParameterLayout.Embedding) return EmbeddingDeviation;
        bool writesToResidual = name.EndsWith("o_proj.weight", StringComparison.Ordinal)
            || name.EndsWith("down_proj.weight", StringComparison.Ordinal);
        return 1 / Math.Sqrt(inputs * (writesToResidual ? 2.0 * configuration.LayerCount : 1));
    }

    /// <summary>Pairs of independent normal numbers from pairs of uniform ones (Box and Muller, 1958).</summary>
    private static void FillNormal(float[] values, double deviation, RandomStream stream)
    {
        for (int i = 0; i < values.Length; i += 2)
        {
            // 1 − u lies in (0, 1], where the logarithm is finite.
            double radius = deviation * Math.Sqrt(-2 * Math.Log(1 - stream.Uniform((uint)i)));
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * stream.Uniform((uint)i + 1));
            values[i] = (float)(radius * cosine);
            if (i + 1 < values.Length) values[i + 1] = (float)(radius * sine);
        }
    }
}
