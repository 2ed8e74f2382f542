using Tilt.HuggingFace.Architecture;

namespace Tilt.HuggingFace.Gguf;

/// <summary>The tensor <c>rope_freqs.weight</c>: by what llama.cpp divides each rotary frequency.</summary>
internal static class RotaryFactors
{
    public const string TensorName = "rope_freqs.weight";

    /// <summary>
    /// The divisors of Llama 3's scaling, <c>[head size / 2]</c>. In float32 step by step as llama.cpp's converter computes them, so
    /// that the bytes are the same.
    /// </summary>
    public static float[] Of(ModelConfiguration model, Llama3RopeScaling scaling)
    {
        var factors = new float[model.HeadSize / 2];
        float low = (float)scaling.LowFrequencyFactor, range = (float)(scaling.HighFrequencyFactor - scaling.LowFrequencyFactor);
        double longest = scaling.OriginalContextLength / scaling.LowFrequencyFactor,
            shortest = scaling.OriginalContextLength / scaling.HighFrequencyFactor;
        for (int i = 0; i < factors.Length; i++)
        {
            float exponent = 2f * i / model.HeadSize, frequency = 1 / (float)Math.Pow(model.RopeTheta, exponent),
                wavelength = (float)(2 * Math.PI) / frequency;
            if (wavelength < (float)shortest) factors[i] = 1;
            else if (wavelength > (float)longest) factors[i] = (float)scaling.Factor;
            else
            {
                float smooth = (scaling.OriginalContextLength / wavelength - low) / range;
                factors[i] = 1 / ((1 - smooth) / (float)scaling.Factor + smooth);
            }
        }
        return factors;
    }
}
