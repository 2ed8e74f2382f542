namespace Tilt.Exact;

/// <summary>
/// The gradient flow of an exact objective in the policy's logits, dθ/dt = ∇J(θ): what policy-gradient training follows in the
/// limit of small steps and exact gradients, time being the learning rate times the number of steps.
/// </summary>
public static class GradientFlow
{
    /// <summary>Follows the flow.</summary>
    /// <param name="objective">What rises along the flow.</param>
    /// <param name="start">The policy at time 0.</param>
    /// <param name="times">Times at which the policy is wanted, ascending and not negative.</param>
    /// <param name="tolerance">Largest error of a logit that one step of the integrator may add, as it estimates it.</param>
    /// <returns>The policy at each time, lazily.</returns>
    /// <exception cref="ArgumentException">The first policy excludes a token that is possible.</exception>
    public static IEnumerable<TabularPolicy> Run(ExactObjective objective, TabularPolicy start, IEnumerable<double> times,
        double tolerance = 1e-7)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(times);
        ResponseSpace space = start.Space;
        double[] logits = [.. start.Logits];
        for (int at = 0; at < logits.Length; at++)
        {
            // The logit of an impossible token does not matter, but −∞ would spoil the integrator's sums.
            if (space.Children[at] == ResponseTree.Impossible) logits[at] = 0;
            else if (!double.IsFinite(logits[at]))
                throw new ArgumentException($"The logit of token {at % space.VocabularySize} in context {at / space.VocabularySize} "
                    + $"is {logits[at]}; a flow needs finite ones to start from.", nameof(start));
        }
        return DormandPrince.Integrate(state => objective.Gradient(new TabularPolicy(space, state)), logits, times, tolerance)
            .Select(state => new TabularPolicy(space, state));
    }
}
