using Tilt.Models;

namespace Tilt.Inference;

/// <summary>
/// Cosines and sines of the rotary embedding (Su et al., "RoFormer"), with Llama 3's scaling of low frequencies where the model
/// has it. Frequencies and angles are rounded to float32 as in Transformers, so that both engines and checkpoints agree.
/// </summary>
internal sealed unsafe class RotaryTable
{
    private readonly AlignedBuffer _cosines;
    private readonly AlignedBuffer _sines;

    /// <summary>Makes the table of positions 0 … <paramref name="positions"/> − 1.</summary>
    public RotaryTable(ModelConfiguration configuration, int positions)
    {
        Positions = positions;
        Half = configuration.HeadSize / 2;
        _cosines = new AlignedBuffer((long)positions * Half);
        _sines = new AlignedBuffer((long)positions * Half);
        for (int j = 0; j < Half; j++)
        {
            float frequency = (float)Frequency(configuration, j);
            for (int position = 0; position < positions; position++)
            {
                float angle = position * frequency;
                _cosines.Pointer[(long)position * Half + j] = (float)Math.Cos(angle);
                _sines.Pointer[(long)position * Half + j] = (float)Math.Sin(angle);
            }
        }
    }

    /// <summary>Number of positions.</summary>
    public int Positions { get; }

    /// <summary>Angles of a position: half the head size.</summary>
    public int Half { get; }

    /// <summary>Cosines, <c>[position, half]</c>.</summary>
    public float* Cosines => _cosines.Pointer;

    /// <summary>Sines, <c>[position, half]</c>.</summary>
    public float* Sines => _sines.Pointer;

    private static double Frequency(ModelConfiguration configuration, int j)
    {
        double frequency = Math.Pow(configuration.RopeTheta, -2.0 * j / configuration.HeadSize);
        if (configuration.RopeScaling is not { } scaling) return frequency;
        double wavelengths = scaling.OriginalContextLength * frequency / (2 * Math.PI);
        if (wavelengths < scaling.LowFrequencyFactor) return frequency / scaling.Factor;
        if (wavelengths > scaling.HighFrequencyFactor) return frequency;
        double smooth = (wavelengths - scaling.LowFrequencyFactor) / (scaling.HighFrequencyFactor - scaling.LowFrequencyFactor);
        return (1 - smooth) * frequency / scaling.Factor + smooth * frequency;
    }
}
