namespace Tilt.Objectives;

/// <summary>
/// Estimates of KL(π‖p) from one sample y of π, as functions of x = log π(y) − log p(y) (Schulman, "Approximating KL
/// divergence", 2020).
/// </summary>
public enum KlEstimator
{
    /// <summary>k1 = x: unbiased.</summary>
    K1,

    /// <summary>k2 = x²/2: biased, less noise near p.</summary>
    K2,

    /// <summary>k3 = e^(−x) − 1 + x: unbiased, never negative.</summary>
    K3,
}

/// <summary>The estimators' formulas.</summary>
public static class KlEstimators
{
    /// <summary>The estimate in nats.</summary>
    /// <param name="estimator">The estimator.</param>
    /// <param name="logRatio">x = log π(y) − log p(y).</param>
    public static double Value(this KlEstimator estimator, double logRatio) => estimator switch
    {
        KlEstimator.K1 => logRatio,
        KlEstimator.K2 => logRatio * logRatio / 2,
        KlEstimator.K3 => Math.Exp(-logRatio) - 1 + logRatio,
        _ => throw new InvalidOperationException($"Estimator {estimator} is not defined."),
    };

    /// <summary>
    /// Its derivative in log π(y): the factor of ∇log π(y) when the estimate is a term of the loss and y counts as fixed.
    /// </summary>
    /// <remarks>
    /// Expected over whole sequences drawn from π, the gradient is 0 for k1, ∇KL(π‖p) for k2 and ∇KL(p‖π) for k3: what estimates
    /// the value best does not estimate the gradient.
    /// </remarks>
    /// <param name="estimator">The estimator.</param>
    /// <param name="logRatio">x = log π(y) − log p(y).</param>
    public static double Derivative(this KlEstimator estimator, double logRatio) => estimator switch
    {
        KlEstimator.K1 => 1,
        KlEstimator.K2 => logRatio,
        KlEstimator.K3 => 1 - Math.Exp(-logRatio),
        _ => throw new InvalidOperationException($"Estimator {estimator} is not defined."),
    };
}
