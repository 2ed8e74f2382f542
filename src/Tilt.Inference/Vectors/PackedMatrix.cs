namespace Tilt.Inference.Vectors;

/// <summary>
/// A weight matrix [depth, columns] cut into panels of 32 columns, each stored <c>[depth, 32]</c>, padded with zero columns, and
/// a bias for each column: what a register tile reads in order.
/// </summary>
internal sealed unsafe class PackedMatrix
{
    /// <summary>Columns of a panel.</summary>
    public const int PanelColumns = 32;

    private readonly AlignedBuffer _panels;
    private readonly AlignedBuffer _bias;

    /// <summary>Makes a zero matrix.</summary>
    /// <param name="depth">Rows: the width of what is multiplied.</param>
    /// <param name="columns">Columns: the width of the product.</param>
    public PackedMatrix(int depth, int columns)
    {
        Depth = depth;
        PanelCount = Padded(columns) / PanelColumns;
        _panels = new AlignedBuffer((long)depth * PanelCount * PanelColumns);
        _bias = new AlignedBuffer(PanelCount * PanelColumns);
    }

    /// <summary>Rows.</summary>
    public int Depth { get; }

    /// <summary>Number of panels.</summary>
    public int PanelCount { get; }

    /// <summary>Columns with the padding.</summary>
    public int Columns => PanelCount * PanelColumns;

    /// <summary>The panels, <c>[panel, depth, 32]</c>.</summary>
    public float* Panels => _panels.Pointer;

    /// <summary>The biases, <c>[panel × 32]</c>.</summary>
    public float* Bias => _bias.Pointer;

    /// <summary><paramref name="columns"/> rounded up to whole panels.</summary>
    public static int Padded(int columns) => (columns + PanelColumns - 1) / PanelColumns * PanelColumns;

    /// <summary>Writes one column: a row of a Hugging Face weight <c>[out, in]</c>.</summary>
    /// <param name="column">Which column.</param>
    /// <param name="values">Its entries from row <paramref name="firstRow"/> on.</param>
    /// <param name="firstRow">Where the entries begin.</param>
    public void SetColumn(int column, ReadOnlySpan<float> values, int firstRow = 0)
    {
        float* target = Panels + ((long)(column / PanelColumns) * Depth + firstRow) * PanelColumns + column % PanelColumns;
        for (int i = 0; i < values.Length; i++) target[(long)i * PanelColumns] = values[i];
    }
}
