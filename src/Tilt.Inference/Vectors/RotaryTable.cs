using Tilt.HuggingFace.Architecture;

namespace Tilt.Inference.Vectors;

/// <summary>
/// Cosines and sines of the rotary embedding (see <see cref="RotaryEmbedding"/>) where vector kernels read them.
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
        float[] frequencies = RotaryEmbedding.Frequencies(configuration);
        for (int j = 0; j < Half; j++)
        {
            for (int position = 0; position < positions; position++)
            {
                float angle = position * frequencies[j];
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
}
