using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Torch.Model;

/// <summary>
/// Log-probabilities of given tokens from hidden states, differentiable: the logits of some rows and some of the vocabulary exist
/// only while that tile is worked on, in the forward as in the backward pass, which computes them again.
/// </summary>
/// <remarks>
/// Inputs: hidden states <c>[rows, hidden]</c> float32, output matrix <c>[vocabulary, hidden]</c> (a float32 master, or frozen in
/// any floating type), targets <c>[rows]</c> int64, and <see cref="Options"/>. Output: <c>[rows]</c> float32.
/// </remarks>
internal sealed class TokenLogProbabilities : autograd.SingleTensorFunction<TokenLogProbabilities>
{
    public sealed record Options(ComputePrecision Precision, bool WithEntropies)
    {
        /// <summary>Logits that exist at once.</summary>
        public long LogitElements { get; init; } = 1 << 22;

        /// <summary>Elements of the output matrix that are converted at once.</summary>
        public long MatrixElements { get; init; } = 1 << 24;

        /// <summary>Entropies of the distributions in nats, <c>[rows]</c>, set by the forward pass when wanted; without gradient.</summary>
        public Tensor? Entropies { get; set; }

        /// <summary>Ends the forward pass between two blocks of the model.</summary>
        public CancellationToken CancellationToken { get; init; }

        /// <summary>The output matrix takes no gradient.</summary>
        public bool FrozenOutput { get; set; }
    }

    public override string Name => nameof(TokenLogProbabilities);

    public static Tensor Of(Tensor hidden, Tensor output, Tensor targets, Options options)
    {
        options.FrozenOutput = !output.requires_grad;
        return apply(hidden, output, targets, options);
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        (Tensor hidden, Tensor output, Tensor targets, var options) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Options)vars[3]);
        using var scope = NewDisposeScope();
        long rows = hidden.shape[0];
        // Running over the vocabulary: largest logit m, Σ exp(l − m), Σ exp(l − m)·(l − m), and the target's logit.
        Tensor largest = TensorArithmetic.Filled(double.NegativeInfinity, hidden.device, rows), sum = zeros_like(largest),
            weighted = zeros_like(largest), chosen = zeros_like(largest);
        foreach (VocabularyTile tile in VocabularyTile.Of(hidden, output, options))
        {
            using var inner = NewDisposeScope();
            Tensor logits = tile.Logits(hidden);
            Tensor chosenHere = tile.Rows(chosen);
            chosenHere.copy_(logits.gather(1, tile.Column(targets)).squeeze(1).where(tile.Holds(targets), chosenHere));
            Merge(logits, tile.Rows(largest), tile.Rows(sum), options.WithEntropies ? tile.Rows(weighted) : null, tile.IsFirst);
        }
        Tensor normalizers = sum.log().PlusInPlace(largest);
        // H = −Σ p·log p with log p = (l − m) − log Σ exp(l − m)
        if (options.WithEntropies) options.Entropies = sum.log().sub_(weighted.div_(sum)).MoveToOuterDisposeScope();
        ctx.save_for_backward([hidden, output, targets, normalizers.MoveToOuterDisposeScope()]);
        ctx.save_data(nameof(Options), options);
        return chosen.sub_(normalizers).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        List<Tensor> saved = ctx.get_saved_variables();
        (Tensor hidden, Tensor output, Tensor targets, Tensor normalizers) = (saved[0], saved[1], saved[2], saved[3]);
        var options = (Options)ctx.get_data(nameof(Options));
        Tensor hiddenGradient = zeros_like(hidden);
        Tensor? outputGradient = options.FrozenOutput ? null : zeros_like(output);
        foreach (VocabularyTile tile in VocabularyTile.Of(hidden, output, options))
        {
            using var inner = NewDisposeScope();
            Tensor weights = tile.Rows(grad_output).unsqueeze(1);
            // d log p(y) / d logits = onehot(y) − softmax
            Tensor gradient = tile.Logits(hidden).sub_(tile.Rows(normalizers).unsqueeze(1)).exp_().mul_(weights.neg());
            gradient.scatter_add_(1, tile.Column(targets), weights.mul(tile.Holds(targets).unsqueeze(1)));
            gradient = Linear.CastRows(gradient, options.Precision);
            tile.Rows(hiddenGradient).PlusInPlace(gradient.matmul(tile.Matrix).narrow(0, 0, tile.RowCount));
            if (outputGradient is not null)
                tile.Tokens(outputGradient).PlusInPlace(gradient.t().matmul(Linear.CastRows(tile.Rows(hidden), options.Precision)));
        }
        return [hiddenGradient.MoveToOuterDisposeScope(), outputGradient?.MoveToOuterDisposeScope()!, null!, null!];
    }

    /// <summary>Takes a tile's logits, which it overwrites, into the running sums of their rows.</summary>
    private static void Merge(Tensor logits, Tensor largest, Tensor sum, Tensor? weighted, bool isFirst)
    {
        Tensor before = largest.clone();
        largest.copy_(before.maximum(logits.amax([1])));
        logits.sub_(largest.unsqueeze(1));
        if (!isFirst)
        {
            // Sums that were taken from another largest logit: exp(l − m') = exp(l − m)·exp(m − m').
            Tensor shift = before.sub_(largest), factor = shift.exp();
            weighted?.PlusInPlace(sum.mul(shift)).mul_(factor);
            sum.mul_(factor);
        }
        Tensor exponentials = logits.exp();
        sum.PlusInPlace(exponentials.sum(1));
        // A probability of zero contributes nothing, also where its logarithm is −∞.
        weighted?.PlusInPlace(exponentials.mul_(logits).nan_to_num_(0).sum(1));
    }
}
