using static TorchSharp.torch;

namespace Tilt.Models;

/// <summary>Matrix products at a chosen precision over float32 inputs and outputs.</summary>
internal static class Linear
{
    /// <summary>x·Wᵀ + b in float32.</summary>
    /// <param name="input"><c>[rows, inputs]</c> float32.</param>
    /// <param name="weight"><c>[outputs, inputs]</c> in any floating type.</param>
    /// <param name="precision">Precision of the product; the bias is added in float32.</param>
    /// <param name="bias"><c>[outputs]</c> float32 or null.</param>
    public static Tensor Apply(Tensor input, Tensor weight, ComputePrecision precision, Tensor? bias = null)
    {
        Tensor product = Cast(input, precision).matmul(Cast(weight, precision).t()).to(ScalarType.Float32);
        return bias is null ? product : product.Plus(bias);
    }

    /// <summary>A copy in the element type of the products; the tensor itself when it has it already.</summary>
    public static Tensor Cast(Tensor tensor, ComputePrecision precision) => tensor.to(TypeOf(precision));

    /// <summary>The element type of the products' inputs.</summary>
    public static ScalarType TypeOf(ComputePrecision precision) => precision == ComputePrecision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
}
