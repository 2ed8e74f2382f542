using static TorchSharp.torch;

namespace Tilt.Torch.Model;

/// <summary>
/// A decoder block that keeps nothing but its input: the backward pass computes the block again, with gradient, and goes back
/// through that (activation checkpointing; Chen et al., arXiv 1604.06174). Gradients of parameters are added to them directly.
/// </summary>
/// <remarks>
/// Inputs: hidden states <c>[tokens, hidden]</c> float32 that require a gradient, and a <see cref="Call"/>. Output: the same shape.
/// </remarks>
internal sealed class CheckpointedBlock : autograd.SingleTensorFunction<CheckpointedBlock>
{
    public sealed record Call(BlockContext Context, int Layer);

    public override string Name => nameof(CheckpointedBlock);

    public static Tensor Of(Tensor hidden, Call call) => apply(hidden, call);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        (Tensor hidden, Call call) = ((Tensor)vars[0], (Call)vars[1]);
        ctx.save_for_backward([hidden, .. call.Context.Tensors]);
        ctx.save_data(nameof(Call), call);
        return Decoder.Block(call.Context, call.Layer, hidden);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var call = (Call)ctx.get_data(nameof(Call));
        List<Tensor> saved = ctx.get_saved_variables();
        Tensor hidden = saved[0].detach();
        hidden.requires_grad = true;
        using (enable_grad())
        {
            using var inner = NewDisposeScope();
            Decoder.Block(call.Context.With(saved[1..]), call.Layer, hidden).backward([grad_output]);
        }
        return call.Context.Returned.Replace([hidden.grad!, null!], [grad_output]);
    }
}
