using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Training.Optimizers;

/// <summary>
/// The policy-gradient loss of the paper (arXiv 2604.16259): REINFORCE with a truncated importance weight, averaged over all
/// response tokens of the global batch:
/// L = −(1/N) Σ_i Σ_t w_{i,t}·A_{i,t}·log π_θ(y_{i,t}), w = min(exp(log π − log q), cap), w and A constants to the gradient.
/// </summary>
/// <remarks>
/// No ratio and no clip: one update per rollout batch. q is the distribution the tokens were drawn from and log π the
/// trainer's own log-probability, so w corrects the mismatch of rollout engine and trainer. As in the authors' code a weight
/// that overflows to infinity counts as 0, not as the cap. Other averages than over tokens enter as factors of A
/// (<see cref="Objectives.LossAggregation"/>).
/// </remarks>
public static class PolicyGradientLoss
{
    /// <summary>The part of the loss that the given tokens contribute.</summary>
    /// <param name="logProbabilities">log π_θ of the response tokens, float32 <c>[tokens]</c>, with gradient.</param>
    /// <param name="samplingLogProbabilities">log q of the same tokens, float32 <c>[tokens]</c>.</param>
    /// <param name="advantages">A of the same tokens, float32 <c>[tokens]</c>.</param>
    /// <param name="globalTokens">N: response tokens of the whole batch, of which these may be a micro-batch.</param>
    /// <param name="importanceCap">Cap of the importance weight, or null for no cap.</param>
    /// <param name="policyLogProbabilities">log π of the weight, float32 <c>[tokens]</c>; null takes <paramref name="logProbabilities"/> detached.</param>
    /// <returns>A scalar tensor; the sum over micro-batches is the loss.</returns>
    public static Tensor Compute(
        Tensor logProbabilities,
        Tensor samplingLogProbabilities,
        Tensor advantages,
        long globalTokens,
        double? importanceCap,
        Tensor? policyLogProbabilities = null)
    {
        using var scope = NewDisposeScope();
        var weights = ImportanceWeights(policyLogProbabilities ?? logProbabilities.detach(), samplingLogProbabilities, importanceCap);
        var loss = weights.mul(advantages).mul(logProbabilities).sum().neg().DividedBy(Math.Max(1, globalTokens));
        return loss.MoveToOuterDisposeScope();
    }

    /// <summary>w = min(exp(log π − log q), cap) without gradient, float32 <c>[tokens]</c>.</summary>
    public static Tensor ImportanceWeights(Tensor policyLogProbabilities, Tensor samplingLogProbabilities, double? importanceCap)
    {
        using var scope = NewDisposeScope();
        var ratio = (policyLogProbabilities.detach() - samplingLogProbabilities).exp().nan_to_num(0, 0, 0);
        var weights = importanceCap is { } cap ? ratio.AtMost(cap) : ratio;
        return weights.MoveToOuterDisposeScope();
    }
}
