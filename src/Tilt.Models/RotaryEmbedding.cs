namespace Tilt.Models;

/// <summary>Angles of rotary position embeddings (Su et al., "RoFormer", arXiv 2104.09864), in the half-split order of Transformers.</summary>
/// <remarks>Computed in float32 like Transformers does: trained models have seen those roundings.</remarks>
public static class RotaryEmbedding
{
    /// <summary>Angular frequency of each pair of dimensions in radians per position, <c>[head size / 2]</c>, scaled as the model wants.</summary>
    public static float[] Frequencies(ModelConfiguration configuration)
    {
        var frequencies = new float[configuration.HeadSize / 2];
        for (int i = 0; i < frequencies.Length; i++)
        {
            double frequency = Math.Pow(configuration.RopeTheta, -2.0 * i / configuration.HeadSize);
            frequencies[i] = (float)(configuration.RopeScaling is { } scaling ? Scale(frequency, scaling) : frequency);
        }
        return frequencies;
    }

    /// <summary>Cosines and sines of positions 0 … <paramref name="length"/> − 1, each <c>[length × head size / 2]</c> row by row.</summary>
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

    private static double Scale(double frequency, Llama3RopeScaling scaling)
    {
        double turns = scaling.OriginalContextLength * frequency / (2 * Math.PI);
        if (turns > scaling.HighFrequencyFactor) return frequency;
        if (turns < scaling.LowFrequencyFactor) return frequency / scaling.Factor;
        double kept = (turns - scaling.LowFrequencyFactor) / (scaling.HighFrequencyFactor - scaling.LowFrequencyFactor);
        return (1 - kept) * frequency / scaling.Factor + kept * frequency;
    }
}
