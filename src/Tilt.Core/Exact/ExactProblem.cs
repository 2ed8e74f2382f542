namespace Tilt.Exact;

/// <summary>A problem small enough to enumerate: the responses of a base model to a prompt, and the task reward of each.</summary>
public sealed class ExactProblem
{
    /// <summary>Makes a problem from rewards in the order of the responses.</summary>
    /// <param name="space">The responses with their probabilities under the base model p.</param>
    /// <param name="rewards">Task reward r of every response, <c>[responses]</c>.</param>
    /// <exception cref="ArgumentException">There are not as many rewards as responses, or one is not finite.</exception>
    public ExactProblem(ResponseSpace space, double[] rewards)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(rewards);
        if (rewards.Length != space.Count)
            throw new ArgumentException($"The space has {space.Count} responses; {rewards.Length} rewards were given.", nameof(rewards));
        if (Array.FindIndex(rewards, reward => !double.IsFinite(reward)) is >= 0 and var at)
            throw new ArgumentException($"The reward of response {at} is {rewards[at]}; rewards must be finite.", nameof(rewards));
        (Space, Rewards) = (space, rewards);
        Base = new ResponseLaw([.. space.LogProbabilities]);
        Lengths = new double[space.Count];
        for (int i = 0; i < Lengths.Length; i++) Lengths[i] = space.Lengths[i];
    }

    /// <summary>Makes a problem from a rule.</summary>
    /// <param name="space">The responses.</param>
    /// <param name="reward">Gives the task reward of a response from its token ids, the end-of-sequence token included when
    /// produced.</param>
    public static ExactProblem Create(ResponseSpace space, Func<int[], double> reward)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(reward);
        return new(space, [.. Enumerable.Range(0, space.Count).Select(i => reward(space.ResponseIds(i)))]);
    }

    /// <summary>The responses.</summary>
    public ResponseSpace Space { get; }

    /// <summary>Task reward r of every response, <c>[responses]</c>.</summary>
    public double[] Rewards { get; }

    /// <summary>T of every response in tokens, <c>[responses]</c>.</summary>
    public double[] Lengths { get; }

    /// <summary>The base model's law p(y|x).</summary>
    public ResponseLaw Base { get; }

    /// <summary>The figures that describe a law on this problem.</summary>
    public LawSummary Describe(ResponseLaw law)
    {
        ArgumentNullException.ThrowIfNull(law);
        // Rounding can leave the divergence of a law from itself a hair below 0.
        return new(law.Expectation(Rewards), law.Expectation(Lengths), law.Entropy, Math.Max(0, law.KlTo(Base)));
    }
}

/// <summary>What a law of responses gives.</summary>
/// <param name="Accuracy">Expected task reward: the accuracy where rewards are 0 and 1.</param>
/// <param name="Length">Expected length in tokens, the end-of-sequence token included.</param>
/// <param name="Entropy">Entropy of the whole response in nats.</param>
/// <param name="Kl">KL from the law to the base model in nats per response.</param>
public sealed record LawSummary(double Accuracy, double Length, double Entropy, double Kl);
