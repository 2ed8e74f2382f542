using Tilt.Tasks.Embedded;

namespace Tilt.Studies.EmbeddedModel;

/// <summary>What <see cref="BaseInspection"/> found.</summary>
/// <param name="Problems">Selection problems.</param>
/// <param name="Samples">Samples of each.</param>
/// <param name="Methods">Plain sampling and methods that give one answer.</param>
/// <param name="Powers">Estimates of what p^α would give.</param>
/// <param name="Styles">Share, accuracy and likelihood of each style on each level.</param>
public sealed record BaseReport(int Problems, int Samples, IReadOnlyList<InspectionRow> Methods, IReadOnlyList<PowerRow> Powers,
    IReadOnlyList<StyleRow> Styles);

/// <summary>One way of answering.</summary>
/// <param name="Name">Its name.</param>
/// <param name="AccuracyByLevel">Accuracy on each level, easiest first.</param>
/// <param name="MeanLength">Mean response tokens, the end token included.</param>
/// <param name="StyleShares">Share of each style among its responses.</param>
public sealed record InspectionRow(string Name, IReadOnlyList<double> AccuracyByLevel, double MeanLength,
    IReadOnlyDictionary<ResponseStyle, double> StyleShares)
{
    /// <summary>Accuracy over all levels, which have equal shares.</summary>
    public double Accuracy => AccuracyByLevel.Average();
}

/// <summary>An estimate of what drawing from p^α over whole responses would give.</summary>
/// <param name="Alpha">The exponent.</param>
/// <param name="AccuracyByLevel">Estimated accuracy on each level, easiest first.</param>
/// <param name="MeanLength">Estimated mean response tokens.</param>
/// <param name="MedianEffectiveSamples">Median over problems of the effective number of samples: where it is small, the estimate is pulled
/// towards the base.</param>
public sealed record PowerRow(double Alpha, IReadOnlyList<double> AccuracyByLevel, double MeanLength, double MedianEffectiveSamples)
{
    /// <summary>Estimated accuracy over all levels.</summary>
    public double Accuracy => AccuracyByLevel.Average();
}

/// <summary>One style on one level.</summary>
/// <param name="Level">The level.</param>
/// <param name="Style">The style.</param>
/// <param name="Share">Its share among samples of the level.</param>
/// <param name="Accuracy">Share of right ones among its responses.</param>
/// <param name="MeanNegativeLogProbability">Mean −log p(y|x) of its responses in nats.</param>
/// <param name="MeanLength">Mean tokens, the end token included.</param>
/// <param name="LikeliestShare">Share of problems whose likeliest sample has this style.</param>
public sealed record StyleRow(int Level, ResponseStyle Style, double Share, double Accuracy, double MeanNegativeLogProbability,
    double MeanLength, double LikeliestShare);
