namespace Tilt.Torch.TrainingKernels;

/// <summary>
/// Products of tall matrices with packed ones. Each entry is one chain of multiply-adds in ascending order of the inner index.
/// </summary>
internal static unsafe class PanelProduct
{
    /// <summary>Rows of A worked on while the panels pass by: they stay in the second cache.</summary>
    private const int RowBlock = 64;

    /// <summary>Rows of x packed at a time by <see cref="AddOuter"/>: a panel of them stays in the first cache.</summary>
    private const int TokenBlock = 192;

    /// <summary>Floats that <see cref="AddOuter"/> needs as working memory.</summary>
    public static nint OuterScratch(int inputs) => PanelMatrix.Elements(TokenBlock, inputs);

    /// <summary>C = A·B, or C += A·B.</summary>
    /// <param name="a">A, <c>[rows, depth]</c>, by strides: a transposed matrix is only another pair of strides.</param>
    /// <param name="rowStride">Elements between rows of A.</param>
    /// <param name="columnStride">Elements between columns of A.</param>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="b">B, packed; its depth is the width of A.</param>
    /// <param name="c">C, rows <paramref name="cStride"/> elements apart.</param>
    /// <param name="cStride">Elements between rows of C.</param>
    /// <param name="accumulate">Adds to C instead of replacing it.</param>
    public static void Multiply(float* a, nint rowStride, nint columnStride, int rows, PanelMatrix b, float* c, nint cStride,
        bool accumulate)
    {
        for (int begin = 0; begin < rows; begin += RowBlock)
        {
            int end = Math.Min(rows, begin + RowBlock);
            for (int panel = 0; panel < b.PanelCount; panel++)
            {
                int column = panel * PanelMatrix.PanelColumns, width = Math.Min(PanelMatrix.PanelColumns, b.Columns - column);
                for (int row = begin; row < end; row += TileProduct.Rows)
                {
                    float* from = a + row * rowStride, to = c + row * cStride + column;
                    if (width == PanelMatrix.PanelColumns && row + TileProduct.Rows <= end)
                        TileProduct.Multiply(from, rowStride, columnStride, b.Panel(panel), PanelMatrix.PanelColumns, to, cStride, width,
                            b.Depth, accumulate);
                    else
                        Edge(from, rowStride, columnStride, Math.Min(TileProduct.Rows, end - row), b.Panel(panel), b.Depth, to, cStride,
                            width, accumulate);
                }
            }
        }
    }

    /// <summary>Adds dyᵀ·x, the gradient of a weight in y = x·Wᵀ, to <paramref name="gradients"/>.</summary>
    /// <param name="dy">Gradient of y, rows <paramref name="stride"/> elements apart.</param>
    /// <param name="stride">Elements between rows of dy.</param>
    /// <param name="x">Input, <c>[tokens, inputs]</c>.</param>
    /// <param name="inputs">Width of x.</param>
    /// <param name="tokens">Rows of x and y.</param>
    /// <param name="gradients">Gradients of the weights that were joined into W one below the other, each
    /// <c>[its outputs, inputs]</c>.</param>
    /// <param name="scratch">Working memory of <see cref="OuterScratch"/> floats.</param>
    public static void AddOuter(float* dy, nint stride, float* x, int inputs, int tokens, ReadOnlySpan<WeightGradient> gradients,
        float* scratch)
    {
        for (int begin = 0; begin < tokens; begin += TokenBlock)
        {
            int count = Math.Min(TokenBlock, tokens - begin);
            var block = new PanelMatrix(scratch, count, inputs);
            block.SetRows(0, x + (nint)begin * inputs, inputs, count);
            float* from = dy + begin * stride;
            foreach (WeightGradient gradient in gradients)
            {
                Multiply(from, 1, stride, gradient.Outputs, block, gradient.Address, inputs, accumulate: true);
                from += gradient.Outputs;
            }
        }
    }

    /// <summary>A tile that overhangs C (or A) is computed aside, and only what belongs to C is written.</summary>
    private static void Edge(float* a, nint rowStride, nint columnStride, int rows, float* panel, int depth, float* c, nint cStride,
        int width, bool accumulate)
    {
        float* tile = stackalloc float[TileProduct.Rows * PanelMatrix.PanelColumns];
        for (int row = 0; row < rows; row++)
        {
            // One row at a time: the rows beside it may not exist.
            float* to = tile + row * PanelMatrix.PanelColumns;
            TileProduct.MultiplyRow(a + row * rowStride, columnStride, panel, depth, to);
            for (int i = 0; i < width; i++) c[row * cStride + i] = accumulate ? c[row * cStride + i] + to[i] : to[i];
        }
    }
}

/// <summary>Where the gradient of one weight matrix is gathered.</summary>
/// <param name="address">First of its elements, <c>[outputs, inputs]</c>.</param>
/// <param name="outputs">Its rows.</param>
internal readonly unsafe struct WeightGradient(float* address, int outputs)
{
    public float* Address => address;

    public int Outputs => outputs;
}
