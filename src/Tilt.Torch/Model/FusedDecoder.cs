using System.Runtime.Intrinsics;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Families;
using static TorchSharp.torch;

namespace Tilt.Torch.Model;

/// <summary>
/// The decoder with its backward pass written out, as one differentiable function of all parameters, in this library's own kernels
/// on packed sequences. Float32 tensors in CPU memory only.
/// </summary>
/// <remarks>
/// Inputs: the parameters in the order of <see cref="ParameterLayout"/> and, last, a <see cref="FusedPass"/>. Output: float32
/// log-probabilities of the batch's targets in nats, <c>[outputs]</c>. Nothing is shared between models, so that threads may train
/// different models at the same time. A result can be differentiated once.
/// </remarks>
internal sealed class FusedDecoder : autograd.SingleTensorFunction<FusedDecoder>
{
    /// <summary>What of models it computes.</summary>
    public const BlockFeatures Features =
        BlockFeatures.AttentionBias | BlockFeatures.HeadNorms | BlockFeatures.TiedEmbeddings | BlockFeatures.Llama3Rotary;

    public override string Name => nameof(FusedDecoder);

    /// <summary>Whether this machine and device can run the kernels at speed.</summary>
    public static bool IsSupported(Device device) => Vector512.IsHardwareAccelerated && device.type == TorchSharp.DeviceType.CPU;

    /// <summary>Log-probabilities of the batch's targets, <c>[outputs]</c>.</summary>
    public static Tensor LogProbabilities(Transformer model, PackedBatch batch, TokenLogProbabilities.Options options)
    {
        var pass = new FusedPass(model, batch, options, is_grad_enabled());
        return apply([.. model.Parameters.Select(p => (object)p.Value), pass]);
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var pass = (FusedPass)vars[^1];
        ctx.save_data(nameof(FusedPass), pass);
        return pass.Forward();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var grad = no_grad();
        var pass = (FusedPass)ctx.get_data(nameof(FusedPass));
        return [.. pass.Backward(grad_output), null!];
    }
}
