namespace Tilt.HuggingFace.Architecture;

/// <summary>
/// Angles of rotary position embeddings (Su et al., "RoFormer", arXiv 2104.09864), in the half-split order of Transformers.
/// </summary>
/// <remarks>Computed in float32 step by step as Transformers does: trained models have seen those roundings.</remarks>
public static class RotaryEmbedding
{
    /// <summary>
    /// Angular frequency of each pair of dimensions in radians per position, <c>[head size / 2]</c>, scaled as the model wants.
    /// </summary>
    public static float[] Frequencies(ModelConfiguration configuration)
    {
        var frequencies = new float[configuration.HeadSize / 2];
        for (int i = 0; i < frequencies.Length; i++)
        {
            float exponent = 2f * i / configuration.HeadSize, frequency = 1 / (float)Math.Pow((float)configuration.RopeTheta, exponent);
            frequencies[i] = configuration.RopeScaling is { } scaling ? Scale(frequency, scaling) : frequency;
        }
        return frequencies;
    }

    /// <summary>
    /// Cosines and sines of positions 0 … <paramref name="length"/> − 1, each <c>[length × head size / 2]</c> row by row.
    /// </summary>
    public static (float[] Cosines, float[] Sines) Tables(ModelConfiguration configuration, int length)
    {
        float[] frequencies = Frequencies(configuration);
        int half = frequencies.Length;
        float[] cosines = new float[length * half], sines = new float[length * half];
        for (int position = 0; position < length; position++)
        {
            for (int i = 0; i < half; i++)
                (sines[position * half + i], cosines[position * half + i]) = MathF.SinCos(position * frequencies[i]);
        }
        return (cosines, sines);
    }

    private static float Scale(float frequency, Llama3RopeScaling scaling)
    {
        // PyTorch divides a number by a tensor as a product with the reciprocal, which rounds twice.
        float low = (float)scaling.LowFrequencyFactor, factor = (float)scaling.Factor, wavelength = 1 / frequency * (float)(2 * Math.PI);
        if (wavelength > (float)(scaling.OriginalContextLength / scaling.LowFrequencyFactor)) return frequency / factor;
        if (wavelength < (float)(scaling.OriginalContextLength / scaling.HighFrequencyFactor)) return frequency;
        float kept =
            (1 / wavelength * scaling.OriginalContextLength - low) / (float)(scaling.HighFrequencyFactor - scaling.LowFrequencyFactor);
        return (1 - kept) * frequency / factor + kept * frequency;
    }
}
