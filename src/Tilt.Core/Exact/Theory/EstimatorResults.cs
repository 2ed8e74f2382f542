using Tilt.Settings;

namespace Tilt.Exact.Theory;

/// <summary>What policy-gradient and KL estimators estimate on a small problem, by enumeration of all groups.</summary>
/// <param name="Configuration">The problem.</param>
/// <param name="Responses">Its responses.</param>
/// <param name="Objective">Name of the objective whose gradient is estimated.</param>
/// <param name="GroupSizes">The group sizes G.</param>
/// <param name="Gradients">Policy-gradient estimators.</param>
/// <param name="Kl">KL(π‖p) in nats.</param>
/// <param name="KlEstimators">KL estimators.</param>
public sealed record EstimatorResults(
    TheoryConfiguration Configuration, int Responses, string Objective, IReadOnlyList<int> GroupSizes,
    IReadOnlyList<GradientEstimatorRow> Gradients, double Kl, IReadOnlyList<KlEstimatorRow> KlEstimators);

/// <summary>A policy-gradient estimator.</summary>
/// <param name="Name">Advantage, aggregation and importance weight.</param>
/// <param name="Sampler">policy when the responses are drawn from π itself, base when from the base model.</param>
/// <param name="Moments">For each group size.</param>
public sealed record GradientEstimatorRow(string Name, string Sampler, IReadOnlyList<GradientMoments> Moments);

/// <summary>Expectation and noise of an estimator at one group size.</summary>
/// <param name="GroupSize">G.</param>
/// <param name="Scale">The factor c for which c·∇J is nearest to E[g].</param>
/// <param name="Bias">‖E[g] − c·∇J‖ / ‖c·∇J‖: what no learning rate can mend.</param>
/// <param name="Noise">Standard deviation of g, the root of its total variance, over ‖c·∇J‖.</param>
public sealed record GradientMoments(int GroupSize, double Scale, double Bias, double Noise);

/// <summary>A KL estimator, for one response drawn from π.</summary>
/// <param name="Name">Name and level.</param>
/// <param name="Mean">Expected estimate in nats.</param>
/// <param name="Deviation">Its standard deviation in nats.</param>
/// <param name="GradientNorm">‖E[g]‖ over ‖∇KL(π‖p)‖, g being the gradient that it gives as a term of the loss.</param>
/// <param name="ForwardError">‖E[g] − ∇KL(π‖p)‖ / ‖∇KL(π‖p)‖.</param>
/// <param name="ReverseError">‖E[g] − ∇KL(p‖π)‖ / ‖∇KL(p‖π)‖.</param>
/// <param name="GradientNoise">Standard deviation of g over ‖∇KL(π‖p)‖.</param>
public sealed record KlEstimatorRow(string Name, double Mean, double Deviation, double GradientNorm, double ForwardError,
    double ReverseError, double GradientNoise);
