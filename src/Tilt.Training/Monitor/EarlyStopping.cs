using System.Globalization;
using MathNet.Numerics.Distributions;
using Tilt.Settings;
using Tilt.Training.Evaluation;

namespace Tilt.Training.Monitor;

/// <summary>
/// Ends a run whose accuracy on selection problems has fallen: when the last evaluations all lie below the best one, and the paired
/// difference over the same problems is further below 0 than chance explains. A run that has merely stopped rising goes on.
/// </summary>
/// <remarks>
/// The best of several evaluations is partly luck, and whatever is compared with it on the same problems looks worse than it is. So the
/// best is chosen on one half of the problems and compared on the other, both ways round, and both must say that accuracy has fallen.
/// </remarks>
/// <param name="configuration">Patience and level.</param>
public sealed class EarlyStopping(EarlyStoppingConfiguration configuration)
{
    /// <summary>Name of its finding.</summary>
    public const string Name = "accuracy-fall";

    /// <summary>The finding that ends the run, or null.</summary>
    /// <param name="peaks">The best evaluations so far, that of the base model and this one included.</param>
    /// <param name="step">The step of this evaluation.</param>
    /// <param name="table">This evaluation.</param>
    public Finding? Look(PeakEvaluations peaks, int step, EvaluationTable table)
    {
        PeakEvaluation best = peaks.All;
        if (best.EvaluationsSince < configuration.Patience || table.Correct.Length < 4) return null;
        double[] now = PeakEvaluations.Shares(table);
        double bound = Math.Max(UpperBound(now, peaks.Even, remainder: 1), UpperBound(now, peaks.Odd, remainder: 0));
        if (!(bound < 0)) return null;
        string kept = best.Step == 0 ? "The base model itself is the best" : $"The checkpoint of step {best.Step} is kept";
        return new(step, Name, string.Create(CultureInfo.InvariantCulture,
            $"accuracy on the {now.Length} selection problems is down from {best.Accuracy:P1} at step {best.Step} to {now.Average():P1} "
            + $"and has "
            + $"been below for {best.EvaluationsSince} evaluations; the paired difference is at most {100 * bound:0.0} points at level "
            + $"{configuration.Level}. {kept}"),
            Stops: true);
    }

    /// <summary>Upper bound of the mean difference to a peak over the problems of the half that it was not chosen on.</summary>
    private double UpperBound(double[] now, PeakEvaluation peak, int remainder)
    {
        double[] differences = [.. now.Zip(peak.Shares, (a, b) => a - b).Where((_, p) => p % 2 == remainder)];
        double mean = differences.Average();
        double error = Math.Sqrt(differences.Sum(d => (d - mean) * (d - mean)) / (differences.Length - 1) / differences.Length);
        return mean + Normal.InvCDF(0, 1, configuration.Level) * error;
    }
}
