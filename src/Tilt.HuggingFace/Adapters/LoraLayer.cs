using System.Numerics;
using System.Runtime.InteropServices;
using Tilt.HuggingFace.Architecture;

namespace Tilt.HuggingFace.Adapters;

/// <summary>The low-rank update of one linear layer: ΔW = s·B·A.</summary>
/// <param name="Parameter">Name of the adapted matrix W, such as <c>model.layers.0.self_attn.q_proj.weight</c>.</param>
/// <param name="Outputs">Rows of W.</param>
/// <param name="Inputs">Columns of W.</param>
/// <param name="Rank">Rows of A, columns of B.</param>
/// <param name="Scaling">s: alpha / rank, or alpha / √rank when rank-stabilised.</param>
/// <param name="A"><c>[rank, inputs]</c> row by row.</param>
/// <param name="B"><c>[outputs, rank]</c> row by row.</param>
public sealed record LoraLayer(string Parameter, int Outputs, int Inputs, int Rank, double Scaling, float[] A, float[] B)
{
    /// <summary>Name of the layer: the parameter's without <c>.weight</c>.</summary>
    public string Module => ParameterShape.ModuleOf(Parameter);

    /// <summary>Adds s·B·A to rows of W: merges the adapter.</summary>
    /// <param name="weights">Whole rows of W, row by row, float32.</param>
    /// <param name="firstRow">Number of the first of them.</param>
    /// <exception cref="ArgumentException">These are not whole rows of W.</exception>
    /// <remarks>Each element is rounded alike whatever the processor's vector width and however W is cut into rows.</remarks>
    public void AddTo(Span<float> weights, int firstRow = 0)
    {
        if (weights.Length % Inputs != 0 || firstRow < 0 || firstRow + weights.Length / Inputs > Outputs)
            throw new ArgumentException($"'{Parameter}' has {Outputs} rows of {Inputs}; {weights.Length} elements from row {firstRow} on "
                + $"are not whole rows of it.", nameof(weights));
        for (int row = 0; row < weights.Length / Inputs; row++)
            AddRow(weights.Slice(row * Inputs, Inputs), B.AsSpan((firstRow + row) * Rank, Rank));
    }

    private void AddRow(Span<float> weights, ReadOnlySpan<float> coefficients)
    {
        int width = Vector<float>.Count, column = 0;
        var scaling = new Vector<float>((float)Scaling);
        for (; column <= Inputs - 4 * width; column += 4 * width)
        {
            Vector<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            for (int k = 0; k < coefficients.Length; k++)
            {
                var coefficient = new Vector<float>(coefficients[k]);
                ReadOnlySpan<Vector<float>> a = MemoryMarshal.Cast<float, Vector<float>>(A.AsSpan(k * Inputs + column, 4 * width));
                sum0 = Vector.FusedMultiplyAdd(coefficient, a[0], sum0);
                sum1 = Vector.FusedMultiplyAdd(coefficient, a[1], sum1);
                sum2 = Vector.FusedMultiplyAdd(coefficient, a[2], sum2);
                sum3 = Vector.FusedMultiplyAdd(coefficient, a[3], sum3);
            }
            Span<Vector<float>> w = MemoryMarshal.Cast<float, Vector<float>>(weights.Slice(column, 4 * width));
            w[0] = Vector.FusedMultiplyAdd(scaling, sum0, w[0]);
            w[1] = Vector.FusedMultiplyAdd(scaling, sum1, w[1]);
            w[2] = Vector.FusedMultiplyAdd(scaling, sum2, w[2]);
            w[3] = Vector.FusedMultiplyAdd(scaling, sum3, w[3]);
        }
        for (; column < Inputs; column++)
        {
            float sum = 0;
            for (int k = 0; k < coefficients.Length; k++) sum = MathF.FusedMultiplyAdd(coefficients[k], A[k * Inputs + column], sum);
            weights[column] = MathF.FusedMultiplyAdd((float)Scaling, sum, weights[column]);
        }
    }
}
