using Tilt.Inference.Methods.Responses;

namespace Tilt.Inference.Methods.Power;

/// <summary>
/// The Metropolis–Hastings rule of power sampling, for responses of variable length.
/// </summary>
/// <remarks>
/// The target is p^α. A move draws a position m uniformly from 0 … T−1 (T tokens, the end-of-sequence token included), keeps the
/// tokens before m and draws new ones from m on from a proposal q. Going back must draw the same m out of T' positions, so the
/// ratio of target times move probability is p(y')^α·q(y_≥m)·T / (p(y)^α·q(y'_≥m)·T'). Karan and Du, "Reasoning with Sampling",
/// arXiv 2510.14901, give the method; their public code leaves T/T' out and cuts the sums to the shorter suffix.
/// </remarks>
public static class PowerAcceptance
{
    /// <summary>Natural logarithm of the ratio whose minimum with 1 is the probability to accept.</summary>
    /// <param name="alpha">The exponent of the target.</param>
    /// <param name="current">The current response.</param>
    /// <param name="proposed">The proposed response, equal to the current one before position m.</param>
    public static double LogRatio(double alpha, ResponseSuffix current, ResponseSuffix proposed) =>
        alpha * (proposed.LogProbability - current.LogProbability)
        + current.ProposalLogProbability - proposed.ProposalLogProbability
        + Math.Log(current.Length) - Math.Log(proposed.Length);

    /// <summary>min(1, ratio).</summary>
    public static double Probability(double alpha, ResponseSuffix current, ResponseSuffix proposed) =>
        Math.Exp(Math.Min(0, LogRatio(alpha, current, proposed)));
}
