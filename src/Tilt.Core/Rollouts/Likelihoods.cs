namespace Tilt.Rollouts;

/// <summary>
/// Log-probabilities of a step's responses, in nats: float32 of the untempered, untruncated distributions, summed in double over the
/// response tokens, the end-of-sequence token included when it was produced.
/// </summary>
/// <param name="PolicyTokens">log π of each token under the weights that the gradient will be taken of, <c>[group][G][time]</c>.</param>
/// <param name="Policy">ℓ_π of each response, <c>[group][G]</c>.</param>
/// <param name="Reference">ℓ_ref of each response, <c>[group][G]</c>; null where nothing asked for it.</param>
public sealed record Likelihoods(float[][][] PolicyTokens, double[][] Policy, double[][]? Reference)
{
    /// <summary>log p of each token under the reference, <c>[group][G][time]</c>; null where nothing asked for it.</summary>
    public float[][][]? ReferenceTokens { get; init; }

    /// <summary>
    /// KL(π‖p) of the next-token distributions that each token was drawn from, nats, <c>[group][G][time]</c>; null where nothing asked for
    /// it.
    /// </summary>
    public float[][][]? Divergences { get; init; }

    /// <summary>From the tokens' log-probabilities under policy and reference.</summary>
    /// <param name="policy">log π of each token, <c>[group][G][time]</c>.</param>
    /// <param name="reference">log p of each token likewise, or null.</param>
    public static Likelihoods Of(float[][][] policy, float[][][]? reference) =>
        new(policy, Sums(policy), reference is null ? null : Sums(reference)) { ReferenceTokens = reference };

    private static double[][] Sums(float[][][] tokens) =>
        [.. tokens.Select(group => (double[])[.. group.Select(response => response.Sum(l => (double)l))])];
}
