using Tilt.Rewards;
using Tilt.Rollouts;

namespace Tilt.Objectives.Advantages;

/// <summary>
/// REINFORCE++: every token has the advantage R, or R less the group's mean, minus its own KL penalty; all are then normalised over the
/// tokens of the step: (A_t − mean) / max(standard deviation, 1e-4).
/// </summary>
/// <remarks>
/// Hu, Liu and Shen, "REINFORCE++" (arXiv 2501.03262), as in NeMo-RL. The mean over tokens weighs a response by its length and depends on
/// all of them, itself included: the gradient is bent. Only a penalty in the reward enters here.
/// </remarks>
public sealed class ReinforcePlusPlus : IAdvantageEstimator
{
    private const double SmallestVariance = 1e-8;

    /// <summary>Whether the group's mean is subtracted; default true.</summary>
    public bool MinusBaseline { get; init; } = true;

    /// <summary>The KL penalty of every token; default none.</summary>
    public KlPenalty Kl { get; init; } = KlPenalty.None;

    /// <summary>Advantages of a step of one group whose responses all have one token.</summary>
    /// <inheritdoc/>
    public void Compute(ReadOnlySpan<double> rewards, ReadOnlySpan<bool> included, Span<double> advantages)
    {
        Baselined(rewards, included, advantages);
        double[][] tokens = new double[advantages.Length][];
        for (int i = 0; i < tokens.Length; i++) tokens[i] = included[i] ? [advantages[i]] : [];
        Normalize(tokens);
        for (int i = 0; i < tokens.Length; i++) advantages[i] = included[i] ? tokens[i][0] : 0;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There is a penalty, and the reference's log-probabilities are missing.</exception>
    public Gains Of(double[][] rewards, RewardScore[][] scores, Likelihoods likelihoods)
    {
        var tokens = new double[rewards.Length][][];
        for (int g = 0; g < rewards.Length; g++)
        {
            double[] plain = new double[rewards[g].Length];
            Baselined(rewards[g], [.. scores[g].Select(s => s.TakesPart)], plain);
            tokens[g] = new double[plain.Length][];
            for (int i = 0; i < plain.Length; i++)
            {
                float[] policy = likelihoods.PolicyTokens[g][i];
                double[]? penalties = Kl.InReward ? Kl.Values(likelihoods, g, i) : null;
                tokens[g][i] = !scores[g][i].TakesPart ? [] : [.. policy.Select((_, t) =>
                    plain[i] - (penalties is null ? 0 : Kl.Coefficient * penalties[t]))];
            }
        }

        Normalize([.. tokens.SelectMany(group => group)]);
        return new([.. tokens.Select(group => (double[])[.. group.Select(a => a.Length == 0 ? 0 : a.Average())])], tokens);
    }

    private void Baselined(ReadOnlySpan<double> rewards, ReadOnlySpan<bool> included, Span<double> advantages)
    {
        (double sum, int count) = GroupSum.Of(rewards, included, advantages);
        for (int i = 0; i < rewards.Length; i++)
            advantages[i] = included[i] ? rewards[i] - (MinusBaseline ? sum / count : 0) : 0;
    }

    private static void Normalize(double[][] tokens)
    {
        int count = tokens.Sum(t => t.Length);
        if (count == 0) return;
        double mean = tokens.Sum(t => t.Sum()) / count;
        double variance = tokens.Sum(t => t.Sum(a => (a - mean) * (a - mean))) / count;
        double scale = 1 / Math.Sqrt(Math.Max(variance, SmallestVariance));
        foreach (double[] response in tokens)
            foreach (ref double advantage in response.AsSpan()) advantage = (advantage - mean) * scale;
    }
}
