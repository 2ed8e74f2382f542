using Tilt.Models;
using static TorchSharp.torch;

namespace Tilt.Inference;

/// <summary>One product of several with the same left factor.</summary>
/// <param name="Matrix">The weights.</param>
/// <param name="Output">The result, <c>[rows, outputs]</c>.</param>
/// <param name="Bias">Added to every row, or null.</param>
/// <param name="Accumulate">Adds the product to the output instead of replacing it.</param>
internal readonly record struct MatrixProductStep(StoredMatrix Matrix, ActivationBuffer Output, AlignedBuffer? Bias = null, bool Accumulate = false);

/// <summary>
/// Products of activations with weights in the fastest way for their number: few rows by <see cref="RowProduct{TWidth,TVector,TFormat}"/>,
/// in float32; many rows in bfloat16 precision by libtorch where the processor has the instructions, inputs and results rounded
/// to bfloat16; packed weights by oneDNN always.
/// </summary>
internal sealed unsafe class CpuProducts<TWidth, TVector>(ComputePrecision precision)
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    /// <summary>With more rows than this a product is bound by arithmetic, of which bfloat16 instructions do twice as much.</summary>
    private const int FewRows = 8;

    /// <summary>Bytes of weights that a thread takes at a time: some ten microseconds of reading.</summary>
    private const int PieceBytes = 1 << 18;

    /// <summary>Computes x·Wᵀ for the first <paramref name="rows"/> rows of <paramref name="x"/>.</summary>
    public void Multiply(ActivationBuffer x, int rows, params ReadOnlySpan<MatrixProductStep> steps)
    {
        if (rows == 0) return;
        bool byLibtorch = steps[0].Matrix.Packed is not null
            || (rows > FewRows && precision == ComputePrecision.BFloat16 && steps[0].Matrix.IsBFloat16 && BFloat16Instructions.HasDotProduct);
        if (byLibtorch) MultiplyByLibtorch(x, rows, steps);
        else MultiplyByKernel(x.Pointer, rows, steps);
    }

    /// <summary>Computes x·Wᵀ in float32 whatever the number of rows, for logits.</summary>
    /// <param name="x"><c>[rows rounded up to a multiple of 4, inputs]</c>.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="matrix">The weights, not packed.</param>
    /// <param name="c">The result.</param>
    /// <param name="stride">Floats from one row of the result to the next.</param>
    public static void MultiplyExactly(float* x, int rows, StoredMatrix matrix, float* c, int stride)
    {
        if (rows > 0) Share([Task(x, rows, matrix, c, stride, null, false)], [matrix]);
    }

    private static void MultiplyByKernel(float* x, int rows, ReadOnlySpan<MatrixProductStep> steps)
    {
        var tasks = new RowProductTask[steps.Length];
        var matrices = new StoredMatrix[steps.Length];
        for (int i = 0; i < tasks.Length; i++)
        {
            (StoredMatrix matrix, ActivationBuffer output, AlignedBuffer? bias, bool accumulate) = steps[i];
            matrices[i] = matrix;
            tasks[i] = Task(x, rows, matrix, output.Pointer, output.Width, bias, accumulate);
        }
        Share(tasks, matrices);
    }

    private static RowProductTask Task(float* x, int rows, StoredMatrix matrix, float* c, int stride, AlignedBuffer? bias, bool accumulate) =>
        new((nint)matrix.Address, matrix.Inputs, (nint)x, rows, (nint)c, stride, bias is null ? 0 : (nint)bias.Pointer, accumulate);

    private static void Share(RowProductTask[] tasks, StoredMatrix[] matrices)
    {
        int pieces = matrices.Sum(m => Pieces(m));
        ThreadTeam.Run(pieces, piece =>
        {
            int task = 0;
            for (; piece >= Pieces(matrices[task]); task++) piece -= Pieces(matrices[task]);
            int outputs = PieceOutputs(matrices[task]), first = piece * outputs, end = Math.Min(matrices[task].Outputs, first + outputs);
            if (matrices[task].IsBFloat16) RowProduct<TWidth, TVector, BFloat16Format<TWidth, TVector>>.Multiply(tasks[task], first, end);
            else RowProduct<TWidth, TVector, Float32Format<TWidth, TVector>>.Multiply(tasks[task], first, end);
        });
        GC.KeepAlive(matrices);
    }

    private static int Pieces(StoredMatrix matrix) => (matrix.Outputs + PieceOutputs(matrix) - 1) / PieceOutputs(matrix);

    /// <summary>A multiple of the kernel's tiles.</summary>
    private static int PieceOutputs(StoredMatrix matrix) => Math.Clamp(PieceBytes / (matrix.Inputs * (matrix.IsBFloat16 ? 2 : 4)), 16, 1024) & ~3;

    private static void MultiplyByLibtorch(ActivationBuffer x, int rows, ReadOnlySpan<MatrixProductStep> steps)
    {
        using var scope = NewDisposeScope();
        Tensor rounded = x.Rows(rows).to(ScalarType.BFloat16);
        foreach ((StoredMatrix matrix, ActivationBuffer output, AlignedBuffer? bias, bool accumulate) in steps)
        {
            Tensor product = matrix.Packed is { } packed ? PackedProduct.Multiply(rounded, packed) : rounded.matmul(matrix.Values!.t());
            Tensor result = output.Rows(rows);
            if (accumulate) result.add_(product);
            else result.copy_(product);
            if (bias is not null) result.add_(TensorMemory.View(bias.Pointer, ScalarType.Float32, matrix.Outputs));
        }
    }
}
