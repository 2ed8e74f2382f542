using Tilt.Exact.Theory;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Theory;

/// <summary>What <c>tilt theory</c> prints.</summary>
public static class TheoryTables
{
    /// <summary>The finding in one sentence.</summary>
    public static string Headline(TheoryResults results) => TheoryText.Headline(results).Replace('\u00a0', ' ');

    /// <summary>The optimum of every objective.</summary>
    public static ResultsTable Optima(TheoryResults results) => OptimaSection.Table(results);

    /// <summary>What policy-gradient estimators estimate: scale, bias for each group size, and noise.</summary>
    public static ResultsTable Gradients(EstimatorResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        int last = results.GroupSizes[^1];
        return new(
            [
                new("estimator", false), new("drawn from", false), new($"scale, G = {results.GroupSizes[^2]}", true),
                .. results.GroupSizes.Select(size => new ResultsColumn($"bias %, G = {size}", true)),
                new($"noise, G = {results.GroupSizes[^2]}", true),
            ],
            [
                .. results.Gradients.Select(row => (string[])
                [
                    row.Name, row.Sampler == "policy" ? "π" : "p (stale)", NumberText.Fixed(row.Moments[^2].Scale, 3),
                    .. row.Moments.Select(moments => Bias(moments.Bias)), NumberText.Fixed(row.Moments[^2].Noise, 2),
                ]),
            ],
            [
                "scale: the factor c for which c·∇J is nearest to the expected estimate E[g];",
                "bias: ‖E[g] − c·∇J‖ over ‖c·∇J‖;",
                "noise: standard deviation of g over ‖c·∇J‖.",
            ]);
    }

    /// <summary>What KL estimators estimate, as values and as terms of a loss.</summary>
    public static ResultsTable KlEstimators(EstimatorResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return new(
            [
                new("estimator", false), new("mean, nats", true), new("deviation, nats", true), new("‖E[g]‖, %", true),
                new("off ∇KL(π‖p), %", true), new("off ∇KL(p‖π), %", true), new("noise of g", true),
            ],
            [
                .. results.KlEstimators.Select(row => (string[])
                [
                    row.Name, NumberText.Fixed(row.Mean, 4), NumberText.Fixed(row.Deviation, 3), Bias(row.GradientNorm),
                    Bias(row.ForwardError), Bias(row.ReverseError), NumberText.Fixed(row.GradientNoise, 2),
                ]),
            ],
            [
                $"KL(π‖p) is {NumberText.Fixed(results.Kl, 4)} nats.", "g: the gradient that the estimate gives as a term of the loss;",
                "‖E[g]‖ and noise over ‖∇KL(π‖p)‖; off: distance from a divergence's gradient over its norm.",
            ]);
    }

    // What is 0 up to rounding is printed as 0, so that it is told from what is merely small.
    private static string Bias(double share) => share < 1e-9 ? "0" : NumberText.Fixed(share * 100, 1);
}
