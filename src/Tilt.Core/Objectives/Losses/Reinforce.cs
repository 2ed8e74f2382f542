namespace Tilt.Objectives.Losses;

/// <summary>REINFORCE: L = −Σ_t A_t·log π(y_t), with constant advantages. The paper's runs (arXiv 2604.16259).</summary>
/// <remarks>Williams, "Simple statistical gradient-following algorithms" (1992). The factors do not depend on π: it is right for one
/// update of each batch.</remarks>
public sealed class Reinforce : IPolicyLoss
{
    /// <inheritdoc/>
    public bool AllowsSeveralUpdates => false;

    /// <inheritdoc/>
    public double Compute(ReadOnlySpan<double> advantages, ReadOnlySpan<double> current, ReadOnlySpan<double> old, Span<double> weights)
    {
        double loss = 0;
        for (int t = 0; t < advantages.Length; t++)
        {
            loss -= advantages[t] * current[t];
            weights[t] = advantages[t];
        }

        return loss;
    }
}
