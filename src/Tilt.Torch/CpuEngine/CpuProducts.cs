using Tilt.Inference.Vectors;
using Tilt.Torch.Model;
using Tilt.Torch.Native;
using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Torch.CpuEngine;

/// <summary>One product of several with the same left factor.</summary>
/// <param name="Layer">The weights.</param>
/// <param name="Output">The result, <c>[rows, outputs]</c>.</param>
/// <param name="Bias">Added to every row, or null.</param>
/// <param name="Accumulate">Adds the product to the output instead of replacing it.</param>
internal readonly record struct MatrixProductStep(LinearWeights Layer, ActivationBuffer Output, AlignedBuffer? Bias = null,
    bool Accumulate = false);

/// <summary>
/// Products of activations with weights in the fastest way for their number: few rows by <see cref="RowProduct{TWidth,TVector,TFormat}"/>,
/// in float32; many rows in bfloat16 precision by libtorch where the processor has the instructions, inputs and results rounded
/// to bfloat16; packed weights by oneDNN always. What adapters add is computed in float32.
/// </summary>
internal sealed unsafe class CpuProducts<TWidth, TVector>(ComputePrecision precision) : IDisposable
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    /// <summary>With more rows than this a product is bound by arithmetic, of which bfloat16 instructions do twice as much.</summary>
    private const int FewRows = 8;

    /// <summary>Bytes of weights that a thread takes at a time: some ten microseconds of reading.</summary>
    private const int PieceBytes = 1 << 18;

    private readonly List<ActivationBuffer> _reduced = [];

    /// <summary>Computes x·Wᵀ, and what adapters add, for the first <paramref name="rows"/> rows of <paramref name="x"/>.</summary>
    public void Multiply(ActivationBuffer x, int rows, params ReadOnlySpan<MatrixProductStep> steps)
    {
        if (rows == 0) return;
        StoredMatrix first = steps[0].Layer.Matrix;
        bool byLibtorch = first.Packed is not null
            || (rows > FewRows && precision == ComputePrecision.BFloat16 && first.IsBFloat16 && BFloat16Instructions.HasDotProduct);
        var work = new List<(RowProductTask Task, int Outputs, bool IsBFloat16)>();
        if (byLibtorch) MultiplyByLibtorch(x, rows, steps);
        else foreach (MatrixProductStep step in steps) work.Add(Task(x.Pointer, rows, step));
        AddReductions(x.Pointer, rows, steps, work);
        Share(work);
        work.Clear();
        AddExpansions(rows, steps, work);
        Share(work);
    }

    /// <summary>Computes x·Wᵀ in float32 whatever the number of rows: for logits.</summary>
    /// <param name="x"><c>[rows rounded up to a multiple of 4, inputs]</c>.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="matrix">The weights, not packed.</param>
    /// <param name="c">The result.</param>
    /// <param name="stride">Floats from one row of the result to the next.</param>
    public static void MultiplyExactly(float* x, int rows, StoredMatrix matrix, float* c, int stride)
    {
        if (rows > 0)
            Share([(new((nint)matrix.Address, matrix.Inputs, (nint)x, rows, (nint)c, stride, 0, false), matrix.Outputs,
                matrix.IsBFloat16)]);
    }

    public void Dispose()
    {
        foreach (ActivationBuffer buffer in _reduced) buffer.Dispose();
    }

    /// <summary>A·x of every adapter, which the products with W do not wait for.</summary>
    private void AddReductions(float* x, int rows, ReadOnlySpan<MatrixProductStep> steps,
        List<(RowProductTask Task, int Outputs, bool IsBFloat16)> work)
    {
        for (int i = 0; i < steps.Length; i++)
            if (steps[i].Layer.Adapter is { } adapter) work.Add(Reduction(x, rows, adapter, i));
    }

    /// <summary>s·B·(A·x), added to the products.</summary>
    private void AddExpansions(int rows, ReadOnlySpan<MatrixProductStep> steps,
        List<(RowProductTask Task, int Outputs, bool IsBFloat16)> work)
    {
        for (int i = 0; i < steps.Length; i++)
            if (steps[i].Layer.Adapter is { } adapter)
                work.Add(Expansion(rows, adapter, i, steps[i].Output.Pointer, steps[i].Output.Width));
    }

    private (RowProductTask Task, int Outputs, bool IsBFloat16) Reduction(float* x, int rows, LowRankUpdate adapter, int index)
    {
        while (_reduced.Count <= index) _reduced.Add(new ActivationBuffer(adapter.PaddedRank));
        if (_reduced[index].Width != adapter.PaddedRank)
        {
            _reduced[index].Dispose();
            _reduced[index] = new ActivationBuffer(adapter.PaddedRank);
        }
        ActivationBuffer buffer = _reduced[index];
        buffer.Reserve(rows);
        for (int row = 0; row < rows; row++) new Span<float>(buffer.Row(row) + adapter.Rank, adapter.PaddedRank - adapter.Rank).Clear();
        return (new((nint)adapter.A.Pointer, adapter.Inputs, (nint)x, rows, (nint)buffer.Pointer, adapter.PaddedRank, 0, false),
            adapter.Rank, false);
    }

    private (RowProductTask Task, int Outputs, bool IsBFloat16) Expansion(int rows, LowRankUpdate adapter, int index, float* c,
        int stride) =>
        (new((nint)adapter.B.Pointer, adapter.PaddedRank, (nint)_reduced[index].Pointer, rows, (nint)c, stride, 0, true), adapter.Outputs,
            false);

    private static (RowProductTask Task, int Outputs, bool IsBFloat16) Task(float* x, int rows, MatrixProductStep step)
    {
        StoredMatrix matrix = step.Layer.Matrix;
        nint bias = step.Bias is null ? 0 : (nint)step.Bias.Pointer;
        return (new((nint)matrix.Address, matrix.Inputs, (nint)x, rows, (nint)step.Output.Pointer, step.Output.Width, bias,
            step.Accumulate), matrix.Outputs, matrix.IsBFloat16);
    }

    private static void Share(List<(RowProductTask Task, int Outputs, bool IsBFloat16)> work)
    {
        if (work.Count == 0) return;
        (RowProductTask Task, int Outputs, bool IsBFloat16)[] products = [.. work];
        int[] sizes = [.. products.Select(p => PieceOutputs(p.Task.Inputs * (p.IsBFloat16 ? 2 : 4)))];
        int[] pieces = [.. products.Select((p, i) => (p.Outputs + sizes[i] - 1) / sizes[i])];
        ThreadTeam.Run(pieces.Sum(), piece =>
        {
            int product = 0;
            for (; piece >= pieces[product]; product++) piece -= pieces[product];
            (RowProductTask task, int outputs, bool bfloat16) = products[product];
            int first = piece * sizes[product], end = Math.Min(outputs, first + sizes[product]);
            if (bfloat16) RowProduct<TWidth, TVector, BFloat16Format<TWidth, TVector>>.Multiply(task, first, end);
            else RowProduct<TWidth, TVector, Float32Format<TWidth, TVector>>.Multiply(task, first, end);
        });
    }

    /// <summary>A multiple of the kernel's tiles.</summary>
    private static int PieceOutputs(int rowBytes) => Math.Clamp(PieceBytes / rowBytes, 16, 1024) & ~3;

    private static void MultiplyByLibtorch(ActivationBuffer x, int rows, ReadOnlySpan<MatrixProductStep> steps)
    {
        using var scope = NewDisposeScope();
        // Rows beyond the last come out as anything; with a number of rows that has few divisors the products are slow.
        Tensor rounded = x.Rows((rows + Linear.RowMultiple - 1) / Linear.RowMultiple * Linear.RowMultiple).to(ScalarType.BFloat16);
        foreach ((LinearWeights layer, ActivationBuffer output, AlignedBuffer? bias, bool accumulate) in steps)
        {
            Tensor product = layer.Matrix.Packed is { } packed
                ? PackedProduct.Multiply(rounded, packed)
                : rounded.matmul(layer.Matrix.Values!.t());
            product = product.narrow(0, 0, rows);
            Tensor result = output.Rows(rows);
            if (accumulate) result.PlusInPlace(product);
            else result.copy_(product);
            if (bias is not null) result.PlusInPlace(tensor(bias.Span[..layer.Matrix.Outputs].ToArray()));
        }
    }
}
