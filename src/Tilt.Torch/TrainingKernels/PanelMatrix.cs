using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tilt.Torch.TrainingKernels;

/// <summary>
/// A matrix <c>[depth, columns]</c> cut into panels of 32 columns, each stored <c>[depth, 32]</c> and padded with zeros: what a
/// register tile reads in order, from the first cache.
/// </summary>
internal readonly unsafe struct PanelMatrix
{
    /// <summary>Columns of a panel.</summary>
    public const int PanelColumns = 32;

    /// <summary>Takes its memory, of <see cref="Elements"/> floats, from <paramref name="address"/> on.</summary>
    public PanelMatrix(float* address, int depth, int columns)
    {
        Address = address;
        Depth = depth;
        Columns = columns;
    }

    public float* Address { get; }

    public int Depth { get; }

    public int Columns { get; }

    public int PanelCount => (Columns + PanelColumns - 1) / PanelColumns;

    /// <summary>Floats of a matrix of that size.</summary>
    public static nint Elements(int depth, int columns) => (nint)depth * ((columns + PanelColumns - 1) / PanelColumns * PanelColumns);

    public float* Panel(int index) => Address + (nint)index * Depth * PanelColumns;

    /// <summary>
    /// Fills columns from <paramref name="first"/> on with the rows of a weight <c>[outputs, depth]</c>: x·Wᵀ reads them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void SetTransposed(int first, float* weight, int outputs)
    {
        // In squares of 16 by 16, so that each cache line is met once.
        for (int outputBlock = 0; outputBlock < outputs; outputBlock += 16)
        {
            int lastOutput = Math.Min(outputs, outputBlock + 16);
            for (int depthBlock = 0; depthBlock < Depth; depthBlock += 16)
            {
                int lastDepth = Math.Min(Depth, depthBlock + 16);
                for (int output = outputBlock; output < lastOutput; output++)
                {
                    int column = first + output;
                    float* to = Panel(column / PanelColumns) + column % PanelColumns, from = weight + (nint)output * Depth;
                    for (int k = depthBlock; k < lastDepth; k++) to[k * PanelColumns] = from[k];
                }
            }
        }
    }

    /// <summary>Fills rows from <paramref name="first"/> on with rows of a matrix, <paramref name="stride"/> elements apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void SetRows(int first, float* rows, nint stride, int count)
    {
        for (int panel = 0; panel < PanelCount; panel++)
        {
            int begin = panel * PanelColumns, width = Math.Min(PanelColumns, Columns - begin);
            float* to = Panel(panel) + (nint)first * PanelColumns, from = rows + begin;
            if (width < PanelColumns)
            {
                for (int row = 0; row < count; row++, to += PanelColumns, from += stride)
                    for (int i = 0; i < PanelColumns; i++) to[i] = i < width ? from[i] : 0;
                continue;
            }
            for (int row = 0; row < count; row++, to += PanelColumns, from += stride)
            {
                Vector512.Load(from).Store(to);
                Vector512.Load(from + 16).Store(to + 16);
            }
        }
    }

    /// <summary>Zeroes what lies right of the last column.</summary>
    public void ClearPadding()
    {
        int used = Columns % PanelColumns;
        if (used == 0) return;
        float* row = Panel(PanelCount - 1);
        for (int k = 0; k < Depth; k++, row += PanelColumns)
            for (int i = used; i < PanelColumns; i++) row[i] = 0;
    }
}
