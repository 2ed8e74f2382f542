using Tilt.Objectives;

namespace Tilt.Exact;

/// <summary>
/// The optimum of an objective over all laws of responses. With w_kl &gt; 0 it is π* ∝ p·exp((w_r·r + w_ℓ·N(ℓ_ref)) / w_kl).
/// With w_kl = 0 every law on the responses of highest score is optimal, and <see cref="Law"/> is the base model restricted to
/// them, which is where the natural-gradient flow from the base model ends.
/// </summary>
/// <remarks>The regimes and their optima are those of arXiv 2604.16259; N is any length normalisation.</remarks>
public sealed class ExactTarget
{
    // Scores that agree to this share of their size are the same up to rounding.
    private const double TieTolerance = 1e-10;

    /// <summary>Finds the optimum of an objective.</summary>
    /// <exception cref="ArgumentException">The KL weight is negative: there is no optimum to speak of.</exception>
    public ExactTarget(ExactProblem problem, Objective objective)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(objective);
        if (!(objective.KlWeight >= 0))
            throw new ArgumentException($"The KL weight is {objective.KlWeight}; it must not be negative.", nameof(objective));
        Scores = ScoresOf(problem, objective);
        double best = Scores.Max(), slack = TieTolerance * Math.Max(1, Math.Abs(best));
        bool regularized = objective.KlWeight > 0;
        OptimalSet = [.. Scores.Select(score => regularized || score >= best - slack)];
        double[] log = new double[Scores.Length];
        for (int i = 0; i < log.Length; i++)
        {
            log[i] = OptimalSet[i] ? problem.Space.LogProbabilities[i] : double.NegativeInfinity;
            if (regularized) log[i] += Scores[i] / objective.KlWeight;
        }
        Law = ResponseLaw.Normalized(log, out double logNormalizer);
        LogNormalizer = logNormalizer;
    }

    /// <summary>w_r·r + w_ℓ·N(ℓ_ref) of every response: the reward without its KL term, <c>[responses]</c>.</summary>
    public double[] Scores { get; }

    /// <summary>The optimal law.</summary>
    public ResponseLaw Law { get; }

    /// <summary>
    /// log Z = log Σ p·exp(score / w_kl) in nats with w_kl &gt; 0, where w_kl·log Z is the largest value of the objective;
    /// log p(optimal responses) with w_kl = 0.
    /// </summary>
    public double LogNormalizer { get; }

    /// <summary>
    /// The responses that an optimal law may use: all of them with w_kl &gt; 0, those of highest score without. <c>[responses]</c>.
    /// </summary>
    public bool[] OptimalSet { get; }

    /// <summary>The scores of an objective.</summary>
    internal static double[] ScoresOf(ExactProblem problem, Objective objective)
    {
        double[] scores = new double[problem.Space.Count];
        for (int i = 0; i < scores.Length; i++)
        {
            double reference = problem.Space.LogProbabilities[i];
            scores[i] = objective.ShapedReward(problem.Rewards[i], reference, reference, problem.Space.Lengths[i]);
        }
        return scores;
    }
}
