using static TorchSharp.torch;

namespace Tilt.Training.Optimizers;

/// <summary>How the probabilities of what sampled, q, differ from those of the gradient's forward pass, π.</summary>
/// <param name="Kl">E[log q − log π] over tokens drawn from q: KL between engine and trainer, nats per token.</param>
/// <param name="Mean">Mean of π/q over tokens, before truncation; 1 when engine and trainer agree.</param>
/// <param name="Max">Largest π/q, before truncation.</param>
/// <param name="Truncated">Share of tokens whose π/q exceeds the cap.</param>
public sealed record MismatchStatistics(double Kl, double Mean, double Max, double Truncated);

/// <summary>Sums over micro-batches.</summary>
internal sealed class MismatchSums
{
    private readonly List<double> _logRatios = [];

    /// <summary>Adds the tokens of a micro-batch.</summary>
    /// <param name="logProbabilities">log π of its response tokens, <c>[tokens]</c>.</param>
    /// <param name="microBatch">Its sequences, in the same order.</param>
    public void Add(Tensor logProbabilities, IReadOnlyList<WeightedSequence> microBatch)
    {
        using var policy = logProbabilities.detach().cpu();
        int at = 0;
        ReadOnlySpan<float> values = policy.data<float>().ToArray();
        foreach (WeightedSequence sequence in microBatch)
            foreach (float drawn in sequence.SamplingLogProbabilities) _logRatios.Add((double)values[at++] - drawn);
    }

    /// <summary>The statistics; null without tokens.</summary>
    public MismatchStatistics? Statistics(double? cap)
    {
        if (_logRatios.Count == 0) return null;
        double[] ratios = [.. _logRatios.Select(Math.Exp)];
        return new(-_logRatios.Average(), ratios.Average(), ratios.Max(),
            ratios.Count(r => r > (cap ?? double.PositiveInfinity)) / (double)ratios.Length);
    }
}
