namespace Tilt.Objectives.Losses;

/// <summary>
/// The clipped surrogate of a ratio ρ = π/π_old: min(ρ·A, clip(ρ, 1 − low, 1 + high)·A), and where A is negative no less than c·A.
/// </summary>
/// <remarks>
/// Schulman et al., "Proximal policy optimization algorithms" (arXiv 1707.06347), equation 7; two ranges as in DAPO (arXiv 2503.14476),
/// equation 10; c as in Ye et al., "Mastering complex control in MOBA games" (arXiv 1912.09729), equation 5.
/// </remarks>
/// <param name="Low">How far below 1 a ratio still counts.</param>
/// <param name="High">How far above 1.</param>
/// <param name="Dual">c, above 1 + high; null for none.</param>
public sealed record Clipping(double Low, double High, double? Dual = null)
{
    /// <summary>The surrogate, and its derivative in log ρ: ρ·A, or 0 where the clip holds.</summary>
    /// <param name="ratio">ρ.</param>
    /// <param name="advantage">A.</param>
    public (double Value, double Derivative) Surrogate(double ratio, double advantage)
    {
        if (advantage == 0) return (0, 0);
        double plain = ratio * advantage, clipped = Math.Clamp(ratio, 1 - Low, 1 + High) * advantage;
        if (advantage < 0 && Dual is { } most && ratio > most) return (most * advantage, 0);
        return plain <= clipped ? (plain, plain) : (clipped, 0);
    }
}
