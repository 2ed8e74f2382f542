namespace Tilt.Training.Monitor;

/// <summary>Some steps one after the other, and the means of their figures.</summary>
/// <param name="steps">The steps, at least one.</param>
internal sealed class StepWindow(IReadOnlyList<MonitoredStep> steps)
{
    public int First => steps[0].Step;

    public int Last => steps[^1].Step;

    public IReadOnlyList<MonitoredStep> Steps => steps;

    /// <summary>Mean of a figure, and the standard error of that mean as the steps' spread gives it.</summary>
    public (double Mean, double Error) Of(Func<MonitoredStep, double> figure)
    {
        double mean = steps.Average(figure);
        double squares = steps.Sum(s => (figure(s) - mean) * (figure(s) - mean));
        return (mean, steps.Count > 1 ? Math.Sqrt(squares / (steps.Count - 1) / steps.Count) : double.PositiveInfinity);
    }

    /// <summary>Mean of a figure; null where a step has none.</summary>
    public double? Of(Func<MonitoredStep, double?> figure) =>
        steps.Any(s => figure(s) is null) ? null : steps.Average(s => figure(s)!.Value);

    /// <summary>The windows of <paramref name="length"/> steps that end at the last step or before, the latest last.</summary>
    public static StepWindow[] Of(IReadOnlyList<MonitoredStep> history, int length) =>
        [.. Enumerable.Range(0, Math.Max(0, history.Count - length + 1))
            .Select(first => new StepWindow([.. history.Skip(first).Take(length)]))];
}
