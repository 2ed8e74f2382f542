using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Torch.Model;

/// <summary>
/// KL(π‖p) between the next-token distributions of two models at given positions, from all their logits and differentiable in π: the
/// logits exist tile by tile, as in <see cref="TokenLogProbabilities"/>.
/// </summary>
/// <remarks>
/// Inputs: hidden states of π and its output matrix, those of p without gradient, all float32 <c>[rows, hidden]</c> and
/// <c>[vocabulary, hidden]</c>, and the options. Output: <c>[rows]</c> float32, nats. With d = log π − log p of a token, KL = Σ π·d, and
/// ∂KL/∂logit = π·(d − KL).
/// </remarks>
internal sealed class TokenDivergence : autograd.SingleTensorFunction<TokenDivergence>
{
    public override string Name => nameof(TokenDivergence);

    public static Tensor Of(Tensor hidden, Tensor output, Tensor reference, Tensor referenceOutput, TokenLogProbabilities.Options options)
    {
        options.FrozenOutput = !output.requires_grad;
        return apply(hidden, output, reference, referenceOutput, options);
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        (Tensor hidden, Tensor output, Tensor reference, Tensor referenceOutput, var options) =
            ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[3], (TokenLogProbabilities.Options)vars[4]);
        using var scope = NewDisposeScope();
        // log Z of both first; then Σ π·(l_π − l_p) needs no running largest logit.
        Tensor ours = Normalizers(hidden, output, options), theirs = Normalizers(reference, referenceOutput, options);
        Tensor divergences = zeros_like(ours), distance = ours.sub(theirs);
        foreach (VocabularyTile tile in VocabularyTile.Of(hidden, output, options))
        {
            using var inner = NewDisposeScope();
            Tensor logits = tile.Logits(hidden);
            Tensor difference = logits.sub(tile.LogitsOf(reference, referenceOutput)).sub_(tile.Rows(distance).unsqueeze(1));
            Tensor probabilities = logits.sub_(tile.Rows(ours).unsqueeze(1)).exp_();
            // A probability of zero contributes nothing, also where a logarithm is −∞.
            tile.Rows(divergences).PlusInPlace(probabilities.mul_(difference).nan_to_num_(0).sum(1));
        }

        ctx.save_for_backward([hidden, output, reference, referenceOutput, ours.MoveToOuterDisposeScope(),
            distance.MoveToOuterDisposeScope(),
            divergences.detach().MoveToOuterDisposeScope()]);
        ctx.save_data(nameof(TokenLogProbabilities.Options), options);
        return divergences.MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        List<Tensor> saved = ctx.get_saved_variables();
        (Tensor hidden, Tensor output, Tensor reference, Tensor referenceOutput) = (saved[0], saved[1], saved[2], saved[3]);
        (Tensor normalizers, Tensor distance, Tensor divergences) = (saved[4], saved[5], saved[6]);
        var options = (TokenLogProbabilities.Options)ctx.get_data(nameof(TokenLogProbabilities.Options));
        Tensor hiddenGradient = zeros_like(hidden);
        Tensor? outputGradient = options.FrozenOutput ? null : zeros_like(output);
        Tensor offset = distance.Plus(divergences);
        foreach (VocabularyTile tile in VocabularyTile.Of(hidden, output, options))
        {
            using var inner = NewDisposeScope();
            Tensor logits = tile.Logits(hidden);
            Tensor difference = logits.sub(tile.LogitsOf(reference, referenceOutput)).sub_(tile.Rows(offset).unsqueeze(1));
            Tensor gradient = logits.sub_(tile.Rows(normalizers).unsqueeze(1)).exp_().mul_(difference).nan_to_num_(0)
                .mul_(tile.Rows(grad_output).unsqueeze(1));
            gradient = Linear.CastRows(gradient, options.Precision);
            tile.Rows(hiddenGradient).PlusInPlace(gradient.matmul(tile.Matrix).narrow(0, 0, tile.RowCount));
            if (outputGradient is not null)
                tile.Tokens(outputGradient).PlusInPlace(gradient.t().matmul(Linear.CastRows(tile.Rows(hidden), options.Precision)));
        }

        return [hiddenGradient.MoveToOuterDisposeScope(), outputGradient?.MoveToOuterDisposeScope()!, null!, null!, null!];
    }

    private static Tensor Normalizers(Tensor hidden, Tensor output, TokenLogProbabilities.Options options)
    {
        using var scope = NewDisposeScope();
        Tensor[] pieces = [.. Pieces()];
        return (pieces.Length == 1 ? pieces[0] : stack(pieces).logsumexp(0)).MoveToOuterDisposeScope();

        // One piece a part of the vocabulary, whose rows come one after the other.
        IEnumerable<Tensor> Pieces()
        {
            Tensor? piece = null;
            foreach (VocabularyTile tile in VocabularyTile.Of(hidden, output, options))
            {
                if (tile.FirstRow == 0) piece = zeros(hidden.shape[0], ScalarType.Float32, hidden.device);
                using (Tensor logits = tile.Logits(hidden), sums = logits.logsumexp(1)) tile.Rows(piece!).copy_(sums);
                if (tile.FirstRow + tile.RowCount == hidden.shape[0]) yield return piece!;
            }
        }
    }
}
