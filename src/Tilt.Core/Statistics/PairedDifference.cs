namespace Tilt.Statistics;

/// <summary>A paired difference over problems.</summary>
/// <param name="Difference">Mean difference of accuracies.</param>
/// <param name="Ci">95 % interval, [low, high].</param>
/// <param name="PValue">Two-sided sign-flip permutation p-value.</param>
public sealed record PairedDifference(double Difference, double[] Ci, double PValue);
