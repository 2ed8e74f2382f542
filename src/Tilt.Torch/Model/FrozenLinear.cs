using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Torch.Model;

/// <summary>
/// Frozen linear layers that read the same input, each with or without a low-rank adapter: yᵢ = Wᵢ·x + bᵢ + sᵢ·Bᵢ·(Aᵢ·x), with
/// gradients of x, Aᵢ and Bᵢ. The input is converted to the products' type once, weights stored in another type only while they
/// are used, and the update is added in float32, where the rounding of W·x cannot swallow it.
/// </summary>
/// <remarks>
/// Inputs: x <c>[rows, inputs]</c> float32, A and B of the adapted layers in order, and a <see cref="Call"/>. Outputs:
/// <c>[rows, outputs]</c> float32 each.
/// </remarks>
internal sealed class FrozenLinear : autograd.MultiTensorFunction<FrozenLinear>
{
    /// <summary>
    /// A layer: weight <c>[outputs, inputs]</c> in any floating type, bias float32 or null, A and B float32 masters or null.
    /// </summary>
    public sealed record Layer(Tensor Weight, Tensor? Bias, Tensor? A, Tensor? B, float Scaling);

    /// <summary>Layers of one input in one pass; whether x needs a gradient.</summary>
    public sealed record Call(IReadOnlyList<Layer> Layers, ComputePrecision Precision, ReturnedGradients Returned, bool WithInputGradient);

    public override string Name => nameof(FrozenLinear);

    /// <summary>The outputs of all layers, with gradient where gradients are wanted.</summary>
    public static IReadOnlyList<Tensor> Of(Tensor input, IReadOnlyList<Layer> layers, ComputePrecision precision,
        ReturnedGradients returned)
    {
        if (!is_grad_enabled()) return Outputs(input.shape[0], Linear.CastRows(input, precision), layers, precision, null);
        return apply([input, .. layers.Where(l => l.A is not null).SelectMany(l => new object[] { l.A!, l.B! }),
            new Call(layers, precision, returned, input.requires_grad)]);
    }

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var call = (Call)vars[^1];
        using var scope = NewDisposeScope();
        Tensor input = Linear.CastRows((Tensor)vars[0], call.Precision);
        var projections = new List<Tensor>();
        List<Tensor> outputs = Outputs(((Tensor)vars[0]).shape[0], input, call.Layers, call.Precision, projections);
        foreach (Tensor tensor in outputs.Concat(projections)) tensor.MoveToOuterDisposeScope();
        // Converted, the input is a tensor of its own.
        if (!ReferenceEquals(input, vars[0])) input.MoveToOuterDisposeScope();
        ctx.save_for_backward([input, .. projections]);
        ctx.save_data(nameof(Call), call);
        return outputs;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var call = (Call)ctx.get_data(nameof(Call));
        List<Tensor> saved = ctx.get_saved_variables(), ofAdapters = [];
        Tensor? ofInput = null;
        int next = 1;
        foreach ((Layer layer, Tensor gradient) in call.Layers.Zip(grad_outputs))
        {
            using var inner = NewDisposeScope();
            Tensor upstream = Linear.CastRows(gradient, call.Precision), projected = upstream;
            if (layer.A is not null)
            {
                projected = upstream.matmul(Linear.Cast(layer.B!, call.Precision)).TimesInPlace(layer.Scaling);
                ofAdapters.Add(projected.t().matmul(saved[0]).to(ScalarType.Float32).MoveToOuterDisposeScope());
                ofAdapters.Add(upstream.t().matmul(saved[next++]).to(ScalarType.Float32).TimesInPlace(layer.Scaling)
                    .MoveToOuterDisposeScope());
            }
            if (!call.WithInputGradient) continue;
            Tensor part = Rows(upstream.matmul(Linear.Cast(layer.Weight, call.Precision))).to(ScalarType.Float32);
            if (layer.A is not null) part.PlusInPlace(Rows(projected.matmul(Linear.Cast(layer.A, call.Precision))));

            Tensor Rows(Tensor padded) => padded.narrow(0, 0, gradient.shape[0]);
            if (ofInput is null) ofInput = part.MoveToOuterDisposeScope();
            else ofInput.PlusInPlace(part);
        }
        return call.Returned.Replace([ofInput!, .. ofAdapters, null!], grad_outputs);
    }

    /// <summary>
    /// Outputs in float32 of the first rows of an input in the products' type, which has rows of zeros behind them; A·x of adapted
    /// layers goes to <paramref name="projections"/>.
    /// </summary>
    private static List<Tensor> Outputs(long rows, Tensor input, IReadOnlyList<Layer> layers, ComputePrecision precision,
        List<Tensor>? projections)
    {
        var outputs = new List<Tensor>();
        foreach (Layer layer in layers)
        {
            using var scope = NewDisposeScope();
            Tensor output = input.matmul(Linear.Cast(layer.Weight, precision).t()).narrow(0, 0, rows).to(ScalarType.Float32);
            if (layer.Bias is not null) output.PlusInPlace(layer.Bias);
            if (layer.A is not null)
            {
                Tensor projection = input.matmul(Linear.Cast(layer.A, precision).t());
                output.PlusInPlace(projection.matmul(Linear.Cast(layer.B!, precision).t()).narrow(0, 0, rows), layer.Scaling);
                projections?.Add(projection.MoveToOuterDisposeScope());
            }
            outputs.Add(output.MoveToOuterDisposeScope());
        }
        return outputs;
    }
}
