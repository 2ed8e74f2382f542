using Tilt.Training.Evaluation;

namespace Tilt.Training.Monitor;

/// <summary>The best evaluations of a run so far: on all selection problems, and on those at even and at odd places alone.</summary>
public sealed record PeakEvaluations(PeakEvaluation All, PeakEvaluation Even, PeakEvaluation Odd)
{
    /// <summary>The best ones after another evaluation.</summary>
    /// <param name="before">The best ones until now; null before the first.</param>
    /// <param name="step">The step of the other one.</param>
    /// <param name="table">The other one.</param>
    public static PeakEvaluations After(PeakEvaluations? before, int step, EvaluationTable table)
    {
        double[] shares = Shares(table);
        return new(
            PeakEvaluation.After(before?.All, step, shares, _ => true),
            PeakEvaluation.After(before?.Even, step, shares, p => p % 2 == 0),
            PeakEvaluation.After(before?.Odd, step, shares, p => p % 2 == 1));
    }

    /// <summary>Share of right outputs of each problem.</summary>
    public static double[] Shares(EvaluationTable table) => [.. table.Correct.Select(outputs => outputs.Average(c => c ? 1.0 : 0))];
}

/// <summary>The best evaluation of a run so far on some problems.</summary>
/// <param name="Step">Its step; 0 is the base model.</param>
/// <param name="Accuracy">Its accuracy on those problems.</param>
/// <param name="Shares">Share of right outputs of each problem, those not among them included, in their order.</param>
/// <param name="EvaluationsSince">Evaluations after it.</param>
public sealed record PeakEvaluation(int Step, double Accuracy, double[] Shares, int EvaluationsSince)
{
    internal static PeakEvaluation After(PeakEvaluation? before, int step, double[] shares, Func<int, bool> counts)
    {
        double accuracy = shares.Where((_, p) => counts(p)).DefaultIfEmpty(0).Average();
        return before is null || accuracy > before.Accuracy
            ? new(step, accuracy, shares, 0)
            : before with { EvaluationsSince = before.EvaluationsSince + 1 };
    }
}
