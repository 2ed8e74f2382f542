using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Tilt.Models;

/// <summary>
/// The decoder with its backward pass written out, as one differentiable function of all parameters: matrix products by libtorch,
/// everything between them by this library's own kernels on packed sequences. Float32 tensors in CPU memory only.
/// </summary>
/// <remarks>
/// Inputs: the parameters in the order of <see cref="ParameterLayout"/> and, last, a <see cref="Call"/>. Output: hidden states of
/// the batch's output rows after the final norm, <c>[outputs, hidden]</c>. Nothing is shared between calls, so that threads may
/// train different models at the same time.
/// </remarks>
internal sealed class FusedDecoder : autograd.SingleTensorFunction<FusedDecoder>
{
    public sealed record Call(Transformer Model, PackedBatch Batch, ComputePrecision Precision, bool WithGradient);

    /// <summary>Tensors a block saves for the backward pass.</summary>
    private const int SavedByBlock = FusedBlock.SavedTensors;

    public override string Name => nameof(FusedDecoder);

    /// <summary>Whether this machine and device can run the kernels at speed.</summary>
    public static bool IsSupported(Device device) => Vector512.IsHardwareAccelerated && device.type == TorchSharp.DeviceType.CPU;

    /// <summary>Normed hidden states of the batch's output rows, <c>[outputs, hidden]</c>.</summary>
    public static Tensor HiddenStates(Transformer model, PackedBatch batch, ComputePrecision precision)
    {
        var call = new Call(model, batch, precision, is_grad_enabled());
        return apply([.. model.Parameters.Select(p => (object)p.Value), call]);
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        var call = (Call)vars[^1];
        var block = new FusedBlock(call);
        var saved = new List<Tensor>();
        Tensor hidden = call.Model[ParameterLayout.Embedding].index_select(0, tensor(call.Batch.Ids));
        for (int layer = 0; layer < call.Model.Configuration.LayerCount; layer++)
        {
            using var inner = NewDisposeScope();
            List<Tensor> savedByBlock = [];
            Tensor input = hidden;
            hidden = block.Forward(layer, input, savedByBlock).MoveToOuterDisposeScope();
            if (call.WithGradient) Keep(savedByBlock, saved);
            else input.Dispose();
        }
        Tensor rows = hidden.index_select(0, OutputRows(call)), scales = empty(Math.Max(1, rows.shape[0]));
        Tensor normed = empty_like(rows);
        block.Norm(rows, call.Model[ParameterLayout.FinalNorm], normed, scales);
        if (call.WithGradient)
        {
            saved.AddRange([rows, scales]);
            Keep(saved, []);
            ctx.save_for_backward(saved);
            ctx.save_data(nameof(Call), call);
        }
        return normed.MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var call = (Call)ctx.get_data(nameof(Call));
        List<Tensor> saved = ctx.get_saved_variables();
        var block = new FusedBlock(call);
        var gradients = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        Tensor rows = saved[^2], dRows = empty_like(rows);
        Tensor dNorm = zeros_like(call.Model[ParameterLayout.FinalNorm]);
        block.NormBackward(rows, call.Model[ParameterLayout.FinalNorm], saved[^1], grad_output.contiguous(), dRows, dNorm, accumulate: false);
        gradients.Add(ParameterLayout.FinalNorm, dNorm);
        Tensor dHidden = zeros(call.Batch.TokenCount, rows.shape[1]);
        dHidden.index_copy_(0, OutputRows(call), dRows);
        for (int layer = call.Model.Configuration.LayerCount - 1; layer >= 0; layer--)
        {
            using var inner = NewDisposeScope();
            var ofBlock = new Dictionary<string, Tensor>(StringComparer.Ordinal);
            block.Backward(layer, saved.GetRange(layer * SavedByBlock, SavedByBlock), dHidden, ofBlock);
            foreach ((string name, Tensor gradient) in ofBlock) gradients.Add(name, gradient.MoveToOuterDisposeScope());
        }
        gradients.Add(ParameterLayout.Embedding, EmbeddingGradient(call, dHidden));
        // The output matrix is no input of this function's result; a tied one gets that part of its gradient elsewhere.
        return [.. call.Model.Parameters.Select(p => gradients.TryGetValue(p.Name, out Tensor? g) ? g.MoveToOuterDisposeScope() : null!), null!];
    }

    /// <summary>Moves tensors out of the current scope; each once, because moving one twice would move it further out.</summary>
    private static void Keep(List<Tensor> tensors, List<Tensor> kept)
    {
        foreach (Tensor tensor in tensors.Distinct()) tensor.MoveToOuterDisposeScope();
        kept.AddRange(tensors);
    }

    private static Tensor OutputRows(Call call)
    {
        var rows = new long[call.Batch.OutputRows.Length];
        for (int i = 0; i < rows.Length; i++) rows[i] = call.Batch.OutputRows[i];
        return tensor(rows);
    }

    private static unsafe Tensor EmbeddingGradient(Call call, Tensor dHidden)
    {
        Tensor gradient = zeros_like(call.Model[ParameterLayout.Embedding]);
        int width = call.Model.Configuration.HiddenSize;
        float* to = gradient.Address(), from = dHidden.Address();
        for (int token = 0; token < call.Batch.TokenCount; token++)
        {
            float* row = to + (nint)call.Batch.Ids[token] * width, add = from + (nint)token * width;
            int i = 0;
            for (; i + 16 <= width; i += 16) (Vector512.Load(row + i) + Vector512.Load(add + i)).Store(row + i);
            for (; i < width; i++) row[i] += add[i];
        }
        return gradient;
    }
}
