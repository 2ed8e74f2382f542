using Tilt.Objectives;

namespace Tilt.Exact;

/// <summary>The value of an objective and its gradient, summed over all responses:
/// J(π) = E_π[w_r·r + w_ℓ·N(ℓ_ref)] − w_kl·KL(π‖p).</summary>
/// <param name="problem">Responses and rewards.</param>
/// <param name="objective">The three weights and the length normalisation.</param>
public sealed class ExactObjective(ExactProblem problem, Objective objective)
{
    private readonly double[] _scores = ExactTarget.ScoresOf(problem, objective);

    /// <summary>Responses and rewards.</summary>
    public ExactProblem Problem { get; } = problem;

    /// <summary>The three weights and the length normalisation.</summary>
    public Objective Objective { get; } = objective;

    /// <summary>w_r·r + w_ℓ·N(ℓ_ref) of every response, <c>[responses]</c>.</summary>
    public ReadOnlySpan<double> Scores => _scores;

    /// <summary>J of a law.</summary>
    public double Value(ResponseLaw law)
    {
        ArgumentNullException.ThrowIfNull(law);
        double value = law.Expectation(_scores);
        return Objective.KlWeight == 0 ? value : value - Objective.KlWeight * law.KlTo(Problem.Base);
    }

    /// <summary>R of every response under a policy with this law, as it is handed to the policy gradient, <c>[responses]</c>.</summary>
    public double[] ShapedRewards(ResponseLaw law)
    {
        ArgumentNullException.ThrowIfNull(law);
        double[] rewards = [.. _scores];
        if (Objective.KlWeight == 0) return rewards;
        for (int i = 0; i < rewards.Length; i++)
            rewards[i] -= Objective.KlWeight * (law.LogProbabilities[i] - Problem.Base.LogProbabilities[i]);
        return rewards;
    }

    /// <summary>∇J with respect to the policy's logits, <c>[contexts × vocabulary]</c>: Σ_y π(y)·(R(y) − E[R])·∇log π(y).</summary>
    /// <remarks>R depends on π through its KL term, but E_π[∇R] = −w_kl·E_π[∇log π] = 0, so R counts as a constant.</remarks>
    public double[] Gradient(TabularPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        double[] coefficients = ShapedRewards(policy.Law);
        double mean = policy.Law.Expectation(coefficients);
        double[] probabilities = policy.Law.Probabilities;
        // A response of probability 0 has R = ±∞ with a KL term, and no part in the gradient.
        for (int i = 0; i < coefficients.Length; i++)
            coefficients[i] = probabilities[i] == 0 ? 0 : probabilities[i] * (coefficients[i] - mean);
        return policy.ScoreSum(coefficients);
    }
}
