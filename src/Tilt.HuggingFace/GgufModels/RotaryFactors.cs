namespace Tilt.HuggingFace.GgufModels;

/// <summary>Llama 3's scaling of rotary frequencies as its parameters.</summary>
/// <param name="Factor">Divisor of low frequencies.</param>
/// <param name="Low">Wavelengths longer than the original context over this are divided by the factor.</param>
/// <param name="High">Wavelengths shorter than the original context over this stay.</param>
/// <param name="Original">The original context.</param>
internal sealed record RotaryScaling(double Factor, double Low, double High, int Original);

/// <summary>The tensor <c>rope_freqs.weight</c>: by what llama.cpp divides each rotary frequency.</summary>
internal static class RotaryFactors
{
    public const string TensorName = "rope_freqs.weight";

    /// <summary>
    /// The divisors of Llama 3's scaling, <c>[head size / 2]</c>. In float32 step by step as llama.cpp's converter computes them, so
    /// that the bytes are the same.
    /// </summary>
    public static float[] Of(int headSize, double theta, RotaryScaling scaling)
    {
        var factors = new float[headSize / 2];
        float low = (float)scaling.Low, range = (float)(scaling.High - scaling.Low);
        double longest = scaling.Original / scaling.Low, shortest = scaling.Original / scaling.High;
        for (int i = 0; i < factors.Length; i++)
        {
            float wavelength = Wavelength(headSize, theta, i);
            if (wavelength < (float)shortest) factors[i] = 1;
            else if (wavelength > (float)longest) factors[i] = (float)scaling.Factor;
            else
            {
                float smooth = (scaling.Original / wavelength - low) / range;
                factors[i] = 1 / ((1 - smooth) / (float)scaling.Factor + smooth);
            }
        }
        return factors;
    }

    /// <summary>Positions of a whole turn of a pair of dimensions.</summary>
    internal static float Wavelength(int headSize, double theta, int pair)
    {
        float exponent = 2f * pair / headSize, frequency = 1 / (float)Math.Pow(theta, exponent);
        return (float)(2 * Math.PI) / frequency;
    }
}
