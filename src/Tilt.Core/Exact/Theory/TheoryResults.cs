using Tilt.Settings;

namespace Tilt.Exact.Theory;

/// <summary>Everything that <c>tilt theory</c> computes about a small problem. Entropies, KL and logarithms are in nats.</summary>
/// <param name="Configuration">The problem.</param>
/// <param name="Responses">Responses of positive probability.</param>
/// <param name="RightResponses">Those of them that are right.</param>
/// <param name="Base">Figures of the base model.</param>
/// <param name="Top">The most likely responses, best first.</param>
/// <param name="BestRight">The most likely right response; null when none is right.</param>
/// <param name="ByLength">The base model's responses by length, shortest first.</param>
/// <param name="Optima">The optimum of each objective.</param>
/// <param name="ByAlpha">p^α·exp(r/β) over α, one series for each 1/β.</param>
/// <param name="ByReliance">p^α·exp(r/β) over 1/β, one series for each α.</param>
/// <param name="Temperatures">Sampling at a temperature against p^α.</param>
/// <param name="Normalizations">Tempered targets and sharpening's optimum for each length normalisation.</param>
/// <param name="Flows">Gradient flows from the base model.</param>
/// <param name="OtherLength">The same table with the end token ignored, or heeded when the problem ignores it; null when that has too many
/// responses.</param>
public sealed record TheoryResults(
    TheoryConfiguration Configuration,
    int Responses,
    int RightResponses,
    LawSummary Base,
    IReadOnlyList<ResponseRow> Top,
    ResponseRow? BestRight,
    IReadOnlyList<LengthRow> ByLength,
    IReadOnlyList<OptimumRow> Optima,
    IReadOnlyList<SweepSeries> ByAlpha,
    IReadOnlyList<SweepSeries> ByReliance,
    IReadOnlyList<TemperatureRow> Temperatures,
    IReadOnlyList<NormalizationSeries> Normalizations,
    IReadOnlyList<FlowSeries> Flows,
    OtherLengthSeries? OtherLength)
{
    /// <summary>The series over α without task reward: p^α.</summary>
    public SweepSeries Powers => ByAlpha.First(series => series.Parameter == 0);
}

/// <summary>A response.</summary>
/// <param name="Text">Its tokens as letters.</param>
/// <param name="Length">Tokens up to the first end, it included.</param>
/// <param name="Probability">Under the base model.</param>
/// <param name="Right">Whether it is right.</param>
public sealed record ResponseRow(string Text, int Length, double Probability, bool Right);

/// <summary>The base model's responses of one length.</summary>
/// <param name="Length">Tokens up to the first end, it included.</param>
/// <param name="Responses">Their number.</param>
/// <param name="Right">Probability of the right ones.</param>
/// <param name="Wrong">Probability of the wrong ones.</param>
/// <param name="BestLogProbability">Log-probability of the most likely one.</param>
public sealed record LengthRow(int Length, int Responses, double Right, double Wrong, double BestLogProbability);

/// <summary>The optimum of an objective.</summary>
/// <param name="Name">Name of the regime with its parameters.</param>
/// <param name="Target">The optimum in a formula.</param>
/// <param name="LogNormalizer">log Z, or log p(optimal responses) without a KL term.</param>
/// <param name="OptimalResponses">Responses that an optimal law may use.</param>
/// <param name="Summary">Figures of the optimum; without a KL term those of the base model restricted to the optimal responses.</param>
public sealed record OptimumRow(string Name, string Target, double LogNormalizer, int OptimalResponses, LawSummary Summary);

/// <summary>A law at one value of a parameter.</summary>
/// <param name="Parameter">The value.</param>
/// <param name="Summary">Figures of the law.</param>
public sealed record SweepPoint(double Parameter, LawSummary Summary);

/// <summary>Laws over a parameter, another one held.</summary>
/// <param name="Parameter">Value of the parameter held.</param>
/// <param name="Points">Laws by ascending value of the other.</param>
public sealed record SweepSeries(double Parameter, IReadOnlyList<SweepPoint> Points)
{
    /// <summary>The point of highest accuracy; the first of equals.</summary>
    public SweepPoint Best => Points.MaxBy(point => point.Summary.Accuracy)!;

    /// <summary>The point at a value.</summary>
    public SweepPoint At(double parameter) => Points.First(point => point.Parameter == parameter);
}

/// <summary>Token-by-token sampling at temperature 1/α against p^α.</summary>
/// <param name="Alpha">α.</param>
/// <param name="Power">Figures of p^α.</param>
/// <param name="TokenByToken">Figures of sampling at temperature 1/α.</param>
/// <param name="TotalVariation">Total variation between the two laws.</param>
public sealed record TemperatureRow(double Alpha, LawSummary Power, LawSummary TokenByToken, double TotalVariation);

/// <summary>Optima under one length normalisation.</summary>
/// <param name="Name">Name of the normalisation.</param>
/// <param name="Tempered">The tempered target over α.</param>
/// <param name="Sharpest">The response of highest N(ℓ_ref): the optimum of sharpening.</param>
public sealed record NormalizationSeries(string Name, IReadOnlyList<SweepPoint> Tempered, ResponseRow Sharpest);

/// <summary>A gradient flow from the base model.</summary>
/// <param name="Objective">Name of what rises: sharpening or task-reward.</param>
/// <param name="Geometry">Which gradient: logits or natural.</param>
/// <param name="Points">The law at ascending times, time 0 first.</param>
/// <param name="OptimalMass">Probability of the optimal responses at the last time.</param>
/// <param name="End">Figures of the optimum that the flow runs towards.</param>
public sealed record FlowSeries(string Objective, string Geometry, IReadOnlyList<SweepPoint> Points, double OptimalMass, LawSummary End)
{
    /// <summary>The point of highest accuracy; the first of equals.</summary>
    public SweepPoint Best => Points.MaxBy(point => point.Summary.Accuracy)!;
}

/// <summary>p^α of the same table in the other mode of length.</summary>
/// <param name="Responses">Responses of positive probability.</param>
/// <param name="Mode">The most likely of them.</param>
/// <param name="Powers">p^α over α.</param>
public sealed record OtherLengthSeries(int Responses, ResponseRow Mode, IReadOnlyList<SweepPoint> Powers);
