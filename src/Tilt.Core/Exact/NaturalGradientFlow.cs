namespace Tilt.Exact;

/// <summary>
/// The natural-gradient flow of an objective, in closed form: log π_s = log p + e^(−w_kl·s)·(log π_0 − log p)
/// + score·(1 − e^(−w_kl·s)) / w_kl − const, and log π_0 + s·score − const without a KL term.
/// </summary>
/// <remarks>
/// On the laws of responses the natural gradient of J (Amari, "Natural gradient works efficiently in learning", 1998) is
/// π·(R − E_π[R]), so d log π/ds = R − E[R]. From the base model, sharpening with R = α·ℓ_ref passes through p^(1 + sα): stopping
/// it early is sharpening by less.
/// </remarks>
public static class NaturalGradientFlow
{
    /// <summary>The law at a time.</summary>
    /// <param name="objective">What rises along the flow.</param>
    /// <param name="start">The law at time 0.</param>
    /// <param name="time">s; not negative.</param>
    public static ResponseLaw At(ExactObjective objective, ResponseLaw start, double time)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentOutOfRangeException.ThrowIfNegative(time);
        double weight = objective.Objective.KlWeight;
        double kept = Math.Exp(-weight * time), gained = weight == 0 ? time : (1 - kept) / weight;
        ReadOnlySpan<double> scores = objective.Scores, first = start.LogProbabilities, reference = objective.Problem.Base.LogProbabilities;
        double[] log = new double[scores.Length];
        for (int i = 0; i < log.Length; i++)
            log[i] = (kept * first[i]) + ((1 - kept) * reference[i]) + (gained * scores[i]);
        return ResponseLaw.Normalized(log, out _);
    }
}
