namespace Tilt.Objectives.Losses;

/// <summary>The clipped surrogate with one ratio a response, ρ = (π(y)/π_old(y))^power.</summary>
internal static class WholeResponse
{
    /// <summary>As <see cref="IPolicyLoss.Compute"/>. All tokens are in the ratio, so that all have the same weight.</summary>
    public static double Compute(Clipping clipping, double power, ReadOnlySpan<double> advantages, ReadOnlySpan<double> current,
        ReadOnlySpan<double> old, Span<double> weights)
    {
        double logRatio = 0, loss = 0, derivative = 0;
        for (int t = 0; t < advantages.Length; t++) logRatio += current[t] - old[t];
        double ratio = Math.Exp(power * logRatio);
        foreach (double advantage in advantages)
        {
            (double value, double slope) = clipping.Surrogate(ratio, advantage);
            loss -= value;
            derivative += slope;
        }

        weights.Fill(power * derivative);
        return loss;
    }
}
