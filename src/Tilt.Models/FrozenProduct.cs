using static TorchSharp.torch;

namespace Tilt.Models;

/// <summary>
/// x·Wᵀ for a frozen W that is stored in another element type than the product's: differentiable in x, and W's copy in the
/// product's type exists only while the product is computed, in the forward as in the backward pass.
/// </summary>
/// <remarks>Inputs: x <c>[rows, inputs]</c> float32, W <c>[outputs, inputs]</c>, <see cref="ComputePrecision"/>. Output: <c>[rows, outputs]</c> float32.</remarks>
internal sealed class FrozenProduct : autograd.SingleTensorFunction<FrozenProduct>
{
    public override string Name => nameof(FrozenProduct);

    public static Tensor Of(Tensor input, Tensor weight, ComputePrecision precision) => apply(input, weight, precision);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        (Tensor input, Tensor weight, ComputePrecision precision) = ((Tensor)vars[0], (Tensor)vars[1], (ComputePrecision)vars[2]);
        using var scope = NewDisposeScope();
        ctx.save_for_backward([weight]);
        ctx.save_data(nameof(ComputePrecision), precision);
        return Linear.Cast(input, precision).matmul(Linear.Cast(weight, precision).t()).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var precision = (ComputePrecision)ctx.get_data(nameof(ComputePrecision));
        Tensor weight = Linear.Cast(ctx.get_saved_variables()[0], precision);
        return [Linear.Cast(grad_output, precision).matmul(weight).to(ScalarType.Float32).MoveToOuterDisposeScope(), null!, null!];
    }
}
