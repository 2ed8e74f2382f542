using static TorchSharp.torch;

namespace Tilt.Training.Optimizers;

/// <summary>
/// The policy-gradient loss: L = −Σ_i Σ_t weight_{i,t}·log π_θ(y_{i,t}), with constant weights (arXiv 2604.16259: REINFORCE with
/// leave-one-out advantages, truncated importance weights and the mean over all response tokens, all of which are in the weights,
/// <see cref="Objectives.TokenWeights"/>).
/// </summary>
/// <remarks>No ratio and no clip: one update per rollout batch.</remarks>
public static class PolicyGradientLoss
{
    /// <summary>The part of the loss that the given tokens contribute.</summary>
    /// <param name="logProbabilities">log π_θ of the response tokens, float32 <c>[tokens]</c>, with gradient.</param>
    /// <param name="weights">Their weights, float32 <c>[tokens]</c>.</param>
    /// <returns>A scalar tensor; the sum over micro-batches is the loss.</returns>
    public static Tensor Compute(Tensor logProbabilities, Tensor weights)
    {
        using var scope = NewDisposeScope();
        return weights.mul(logProbabilities).sum().neg().MoveToOuterDisposeScope();
    }
}
