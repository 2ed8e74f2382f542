using static TorchSharp.torch;

namespace Tilt.Models;

/// <summary>
/// Log-probabilities of given tokens from hidden states, differentiable: the logits of a chunk of rows exist only while that
/// chunk is worked on, in the forward as in the backward pass, which computes them again.
/// </summary>
/// <remarks>Inputs: hidden states <c>[rows, hidden]</c> float32, output matrix <c>[vocabulary, hidden]</c> float32, targets <c>[rows]</c> int64, and <see cref="Options"/>. Output: <c>[rows]</c> float32.</remarks>
internal sealed class TokenLogProbabilities : autograd.SingleTensorFunction<TokenLogProbabilities>
{
    /// <summary>Logits that exist at once.</summary>
    private const long ChunkElements = 1 << 22;

    public sealed record Options(ComputePrecision Precision, bool WithEntropies)
    {
        /// <summary>Entropies of the distributions in nats, <c>[rows]</c>, set by the forward pass when wanted; without gradient.</summary>
        public Tensor? Entropies { get; set; }
    }

    public override string Name => nameof(TokenLogProbabilities);

    public static Tensor Of(Tensor hidden, Tensor output, Tensor targets, Options options) => apply(hidden, output, targets, options);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        (Tensor hidden, Tensor output, Tensor targets, var options) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Options)vars[3]);
        using var scope = NewDisposeScope();
        Tensor logProbabilities = empty(hidden.shape[0], device: hidden.device), normalizers = empty_like(logProbabilities);
        if (options.WithEntropies) options.Entropies = empty_like(logProbabilities).MoveToOuterDisposeScope();
        Tensor matrix = Linear.Cast(output, options.Precision);
        foreach ((long begin, long count) in Chunks(hidden, output))
        {
            using var chunk = NewDisposeScope();
            Tensor logits = Linear.Apply(hidden.narrow(0, begin, count), matrix, options.Precision);
            Tensor normalizer = logits.logsumexp(1);
            normalizers.narrow(0, begin, count).copy_(normalizer);
            logProbabilities.narrow(0, begin, count).copy_(logits.gather(1, targets.narrow(0, begin, count).unsqueeze(1)).squeeze(1).sub_(normalizer));
            if (options.WithEntropies)
            {
                Tensor log = logits.sub_(normalizer.unsqueeze(1));
                // A probability of zero contributes nothing, also where its logarithm is −∞.
                options.Entropies!.narrow(0, begin, count).copy_(log.exp().mul_(log).nan_to_num_(0).sum(1).neg_());
            }
        }
        ctx.save_for_backward([hidden, output, targets, normalizers.MoveToOuterDisposeScope()]);
        ctx.save_data(nameof(Options), options);
        return logProbabilities.MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        List<Tensor> saved = ctx.get_saved_variables();
        (Tensor hidden, Tensor output, Tensor targets, Tensor normalizers) = (saved[0], saved[1], saved[2], saved[3]);
        ComputePrecision precision = ((Options)ctx.get_data(nameof(Options))).Precision;
        Tensor matrix = Linear.Cast(output, precision);
        Tensor hiddenGradient = empty_like(hidden), outputGradient = zeros_like(output);
        foreach ((long begin, long count) in Chunks(hidden, output))
        {
            using var chunk = NewDisposeScope();
            Tensor rows = hidden.narrow(0, begin, count), weights = grad_output.narrow(0, begin, count).unsqueeze(1);
            Tensor logits = Linear.Apply(rows, matrix, precision);
            // d log p(y) / d logits = onehot(y) − softmax
            Tensor gradient = logits.sub_(normalizers.narrow(0, begin, count).unsqueeze(1)).exp_().mul_(weights.neg());
            gradient.scatter_add_(1, targets.narrow(0, begin, count).unsqueeze(1), weights);
            gradient = Linear.Cast(gradient, precision);
            hiddenGradient.narrow(0, begin, count).copy_(gradient.matmul(matrix));
            outputGradient.add_(gradient.t().matmul(Linear.Cast(rows, precision)));
        }
        return [hiddenGradient.MoveToOuterDisposeScope(), outputGradient.MoveToOuterDisposeScope(), null!, null!];
    }

    private static IEnumerable<(long Begin, long Count)> Chunks(Tensor hidden, Tensor output)
    {
        long rows = hidden.shape[0], step = Math.Max(1, ChunkElements / output.shape[0]);
        for (long begin = 0; begin < rows; begin += step) yield return (begin, Math.Min(step, rows - begin));
    }
}
