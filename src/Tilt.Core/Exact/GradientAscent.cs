namespace Tilt.Exact;

/// <summary>
/// Gradient ascent in the policy's logits on an exact objective. The step doubles after a success and halves until the
/// objective rises by at least a share of what its slope promises (Armijo's rule), so that it never falls.
/// </summary>
public static class GradientAscent
{
    private const double PromisedShare = 1e-4, SmallestStep = 1e-18;

    /// <summary>Climbs until a policy is good enough, no step helps any more, or the steps are spent.</summary>
    /// <param name="objective">What is maximised.</param>
    /// <param name="start">The first policy.</param>
    /// <param name="reached">Whether a policy is good enough.</param>
    /// <param name="mostSteps">Most steps.</param>
    /// <param name="largestStep">Largest step; a small KL weight asks for small ones, lest the policy saturate.</param>
    public static AscentPath Run(ExactObjective objective, TabularPolicy start, Func<TabularPolicy, bool> reached, int mostSteps = 100_000,
        double largestStep = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(reached);
        TabularPolicy policy = start;
        List<double> values = [objective.Value(start.Law)];
        double step = Math.Min(1, largestStep);
        while (values.Count <= mostSteps && !reached(policy))
        {
            double[] gradient = objective.Gradient(policy);
            double slope = gradient.Sum(value => value * value);
            if (Climb(objective, policy, gradient, slope, values[^1], ref step) is not { } next) break;
            policy = next;
            values.Add(objective.Value(policy.Law));
            step = Math.Min(2 * step, largestStep);
        }
        return new AscentPath(policy, values, reached(policy));
    }

    private static TabularPolicy? Climb(ExactObjective objective, TabularPolicy policy, double[] gradient, double slope, double value,
        ref double step)
    {
        for (; step > SmallestStep; step /= 2)
        {
            double[] logits = [.. policy.Logits];
            for (int at = 0; at < logits.Length; at++) logits[at] += step * gradient[at];
            var next = new TabularPolicy(policy.Space, logits);
            if (objective.Value(next.Law) >= value + PromisedShare * step * slope) return next;
        }
        return null;
    }
}

/// <summary>What <see cref="GradientAscent"/> did.</summary>
/// <param name="Policy">The last policy.</param>
/// <param name="Values">The objective at the start and after every step; never falling.</param>
/// <param name="Reached">Whether the last policy was good enough.</param>
public sealed record AscentPath(TabularPolicy Policy, IReadOnlyList<double> Values, bool Reached);
