using Tilt.HuggingFace.Adapters;
using Tilt.Inference.Vectors;
using Tilt.Torch.Native;
using static TorchSharp.torch;

namespace Tilt.Torch.CpuEngine;

/// <summary>
/// A weight matrix <c>[outputs, inputs]</c> in CPU memory as the kernels read it: float32 or bfloat16, row by row, or packed by oneDNN.
/// </summary>
internal sealed unsafe class StoredMatrix : IDisposable
{
    /// <param name="values">The matrix, contiguous; owned from now on.</param>
    public StoredMatrix(Tensor values)
    {
        Values = values.DetachFromDisposeScope();
        (Outputs, Inputs) = ((int)values.shape[0], (int)values.shape[1]);
        Address = TensorMemory.Address(values);
        IsBFloat16 = values.dtype == ScalarType.BFloat16;
        if (!IsBFloat16 && values.dtype != ScalarType.Float32)
            throw new ArgumentException($"A matrix of float32 or bfloat16 is needed, not {values.dtype}.", nameof(values));
    }

    private StoredMatrix(Tensor packed, int outputs, int inputs)
    {
        (Packed, Outputs, Inputs, IsBFloat16) = (packed.DetachFromDisposeScope(), outputs, inputs, true);
    }

    public int Outputs { get; }

    public int Inputs { get; }

    public bool IsBFloat16 { get; }

    /// <summary>The first row; null when packed.</summary>
    public byte* Address { get; }

    /// <summary>The rows; null when packed.</summary>
    public Tensor? Values { get; }

    /// <summary>The packed form, or null.</summary>
    public Tensor? Packed { get; }

    /// <summary>A matrix with the same values for <see cref="PackedProduct"/> only.</summary>
    public static StoredMatrix Pack(Tensor values) => new(PackedProduct.Pack(values), (int)values.shape[0], (int)values.shape[1]);

    public void Dispose()
    {
        Values?.Dispose();
        Packed?.Dispose();
    }
}

/// <summary>A linear layer: its matrix and what an adapter adds to it.</summary>
/// <param name="Matrix">W.</param>
/// <param name="Adapter">s·B·A, or null.</param>
internal sealed record LinearWeights(StoredMatrix Matrix, LowRankUpdate? Adapter);

/// <summary>
/// The update s·B·A of a linear layer as two thin float32 matrices for the kernels: A <c>[rank, inputs]</c> and s·B
/// <c>[outputs, padded rank]</c>, padded with zeros to whole vectors.
/// </summary>
internal sealed class LowRankUpdate
{
    public LowRankUpdate(LoraLayer layer)
    {
        (Rank, PaddedRank, Inputs, Outputs) = (layer.Rank, (layer.Rank + 31) & ~31, layer.Inputs, layer.Outputs);
        (A, B) = (new AlignedBuffer((long)Rank * Inputs), new AlignedBuffer((long)Outputs * PaddedRank));
        layer.A.AsSpan().CopyTo(A.Span);
        for (int output = 0; output < Outputs; output++)
            for (int k = 0; k < Rank; k++) B.Span[output * PaddedRank + k] = (float)(layer.Scaling * layer.B[output * Rank + k]);
    }

    public int Rank { get; }

    public int PaddedRank { get; }

    public int Inputs { get; }

    public int Outputs { get; }

    public AlignedBuffer A { get; }

    public AlignedBuffer B { get; }
}
