using Tilt.Rollouts;
using Tilt.Training.Evaluation;

namespace Tilt.Acceptance;

/// <summary>Series of evaluations whose true accuracy rises to a peak and falls from there: a run must never be ended before it.</summary>
/// <param name="Series">Series simulated.</param>
/// <param name="Before">Those ended at or before the evaluation of the peak.</param>
/// <param name="After">Those ended after it.</param>
/// <param name="Delay">Mean number of evaluations from the peak to the end.</param>
internal sealed record PeakSimulation(int Series, int Before, int After, double Delay)
{
    private const int Count = 2000, Problems = 512, Samples = 2, Evaluations = 21;

    /// <summary>Simulates with a fixed seed.</summary>
    public static PeakSimulation Run(MonitorSetting setting)
    {
        int before = 0, after = 0;
        double delay = 0;
        for (uint series = 0; series < Count; series++)
        {
            var stream = new RandomStream(11, RandomDomain.Statistics, series, 0, 0);
            uint next = 0;
            double Uniform() => stream.Uniform(next++);
            int peak = 2 + (int)(Uniform() * (Evaluations - 6));
            double start = 0.2 + 0.3 * Uniform(), height = start + 0.02 + 0.4 * Uniform(), end = Math.Max(0.02, start - 0.3 * Uniform());
            // Problems differ in difficulty; each keeps its place.
            double[] ease = [.. Enumerable.Range(0, Problems).Select(_ => 2 * (Uniform() - 0.5))];
            var evaluations = new List<(int Step, EvaluationTable Table)>();
            for (int e = 0; e < Evaluations; e++)
            {
                double accuracy = e <= peak ? start + (height - start) * e / peak
                    : height + (end - height) * (e - peak) / (Evaluations - 1 - peak);
                evaluations.Add((e, MonitorTrials.Table([.. ease.Select(shift =>
                {
                    double p = Math.Clamp(accuracy + 0.5 * shift * Math.Min(accuracy, 1 - accuracy), 0, 1);
                    return (bool[])[.. Enumerable.Range(0, Samples).Select(_ => Uniform() < p)];
                })])));
            }

            var stopping = new Training.Monitor.EarlyStopping(new() { Patience = setting.Patience, Level = setting.Level });
            Training.Monitor.PeakEvaluations? peaks = null;
            foreach ((int step, EvaluationTable table) in evaluations)
            {
                peaks = Training.Monitor.PeakEvaluations.After(peaks, step, table);
                if (step == 0 || stopping.Look(peaks, step, table) is null) continue;
                if (step <= peak) before++;
                else (after, delay) = (after + 1, delay + step - peak);
                break;
            }
        }

        return new(Count, before, after, after == 0 ? 0 : delay / after);
    }
}
