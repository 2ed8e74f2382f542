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
    public static IEnumerable<TabularPolicy> Run(ExactObjective objective, TabularPolicy start, IEnumerable<double> times, double tolerance = 1e-7)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(times);
        ResponseSpace space = start.Space;
        // Impossible tokens have no logit that matters: −∞ would spoil the integrator's sums.
        double[] logits = [.. start.Logits];
        foreach (ref double logit in logits.AsSpan()) logit = double.IsFinite(logit) ? logit : 0;
        return DormandPrince.Integrate(state => objective.Gradient(new TabularPolicy(space, state)), logits, times, tolerance)
            .Select(state => new TabularPolicy(space, state));
    }
}
