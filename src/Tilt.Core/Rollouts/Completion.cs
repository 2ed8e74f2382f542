namespace Tilt.Rollouts;

/// <summary>One response of a language model to one prompt, as token ids: never re-tokenised, masks come from lengths.</summary>
/// <param name="PromptIds">Token ids of the prompt, <c>[prompt]</c>.</param>
/// <param name="ResponseIds">Token ids of the response, <c>[time]</c>; the end-of-sequence token is included when it was produced.</param>
/// <param name="SamplingLogProbabilities">
/// Float32 natural log-probability of each response token under the distribution it was drawn from
/// (tempered or truncated when the sampler was), <c>[time]</c>.
/// </param>
/// <param name="LogProbabilities">
/// Float32 natural log-probability of each response token under the model itself: untempered, untruncated, <c>[time]</c>.
/// </param>
/// <param name="StopReason">Why the response ended.</param>
public sealed record Completion(
    int[] PromptIds,
    int[] ResponseIds,
    float[] SamplingLogProbabilities,
    float[] LogProbabilities,
    StopReason StopReason)
{
    /// <summary>
    /// Entropy in nats of the model's own untempered next-token distribution at each response position, <c>[time]</c>;
    /// null when the sampler was not asked for it.
    /// </summary>
    public float[]? Entropies { get; init; }

    /// <summary>Number of response tokens, the end-of-sequence token included.</summary>
    public int Length => ResponseIds.Length;

    /// <summary>
    /// log p(y|x) in nats under the model itself: the sum of <see cref="LogProbabilities"/>, accumulated in double precision.
    /// </summary>
    public double LogProbability => Sum(LogProbabilities);

    private static double Sum(float[] values)
    {
        double sum = 0;
        foreach (float value in values) sum += value;
        return sum;
    }
}
