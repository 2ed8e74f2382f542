using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Torch.Model;

/// <summary>Matrix products at a chosen precision over float32 inputs and outputs.</summary>
internal static class Linear
{
    /// <summary>A number of rows that bfloat16 products are fast with is a multiple of this.</summary>
    public const int RowMultiple = 4;

    /// <summary>x·Wᵀ + b in float32.</summary>
    /// <param name="input"><c>[rows, inputs]</c> float32.</param>
    /// <param name="weight"><c>[outputs, inputs]</c> in any floating type.</param>
    /// <param name="precision">Precision of the product; the bias is added in float32.</param>
    /// <param name="bias"><c>[outputs]</c> float32 or null.</param>
    public static Tensor Apply(Tensor input, Tensor weight, ComputePrecision precision, Tensor? bias = null)
    {
        Tensor product = CastRows(input, precision).matmul(Cast(weight, precision).t()).narrow(0, 0, input.shape[0]).to(ScalarType.Float32);
        return bias is null ? product : product.Plus(bias);
    }

    /// <summary>A copy in the element type of the products; the tensor itself when it has it already.</summary>
    public static Tensor Cast(Tensor tensor, ComputePrecision precision) => tensor.to(TypeOf(precision));

    /// <summary>
    /// Rows in the element type of the products; in bfloat16 with rows of zeros up to a multiple of <see cref="RowMultiple"/>. oneDNN
    /// cuts the rows of a bfloat16 product at their divisors, and is up to 1.7 times slower with, say, 511 than with 512.
    /// </summary>
    public static Tensor CastRows(Tensor rows, ComputePrecision precision)
    {
        Tensor cast = Cast(rows, precision);
        long beyond = rows.shape[0] % RowMultiple;
        return precision == ComputePrecision.Float32 || beyond == 0 ? cast : nn.functional.pad(cast, [0, 0, 0, RowMultiple - beyond]);
    }

    /// <summary>The element type of the products' inputs.</summary>
    public static ScalarType TypeOf(ComputePrecision precision) =>
        precision == ComputePrecision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
}
