using System.Globalization;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Reports;

/// <summary>Training curves: a chart a quantity, a line a run.</summary>
internal static class CurveSection
{
    private const int MostPoints = 150, MostMarks = 40;

    private sealed record Quantity(string Name, string Id, string Heading, string Axis, double Scale, int Decimals);

    private static readonly Quantity[] Quantities =
    [
        new("evaluation/accuracy", "accuracy", "Accuracy on selection problems", "Accuracy, %", 100, 1),
        new("reward/task", "reward", "Task reward of rollouts", "Mean reward", 1, 3),
        new("response/length", "length", "Length of rollouts", "Mean length, tokens", 1, 1),
        new("policy/entropy", "entropy", "Entropy of rollouts", "Entropy, nats a token", 1, 3),
        new("kl/reference", "kl", "KL to the reference", "KL, nats a response", 1, 2),
    ];

    /// <summary>Writes the section; nothing when no run has a curve.</summary>
    internal static void Write(MarkupWriter page, IReadOnlyList<ReportRun> runs, ReportColors colors)
    {
        Quantity[] quantities = [.. Quantities.Where(q => runs.Any(run => run.Curves.ContainsKey(q.Name)))];
        if (quantities.Length == 0) return;
        int last = Math.Max(1, runs.Max(run => run.StepsDone));
        int block = (last + MostPoints - 1) / MostPoints;
        page.OpenSection("training", "Training", "One line a run; runs that differ by the seed alone have one colour."
            + (block > 1 ? string.Create(CultureInfo.InvariantCulture, $" Figures of single steps are means over {block} steps.") : ""));
        page.Open("div", ("class", "panels four"));
        ChartAxis steps = new("Optimiser steps", LinearScale.Fixed(0, last, NiceTicks.Step(last, 6)));
        foreach (Quantity quantity in quantities) Chart(page, runs, colors, quantity, steps, block);
        page.Close().Close();
    }

    private static void Chart(MarkupWriter page, IReadOnlyList<ReportRun> runs, ReportColors colors, Quantity quantity, ChartAxis steps,
        int block)
    {
        ReportRun[] shown = [.. runs.Where(run => run.Curves.ContainsKey(quantity.Name))];
        LineSeries[] series = [.. shown.Select(run =>
        {
            ChartPoint[] points = [.. Points(run.Curves[quantity.Name], quantity, block)];
            ReportRun[] alike = [.. shown.Where(other => other.Setting == run.Setting)];
            string seeds = alike.Length == 1 ? "" : $" ({NumberText.Counted(alike.Length, "seed")})";
            return new LineSeries(run.Label, points, colors.Of(run))
            {
                Label = run == alike[0] ? run.Label + seeds : null,
                Curve = points.Length > MostMarks,
            };
        })];
        page.Figure(new LineChart($"training-{quantity.Id}", quantity.Heading, $"{quantity.Heading} over optimiser steps, one line a run.",
            steps, new ChartAxis(quantity.Axis, LinearScale.FromZero(series.SelectMany(s => s.Points).Select(p => p.Y), 5)), series)
        {
            Width = 560,
            Height = 300,
            Heading = quantity.Heading,
            Tooltip = p => string.Create(CultureInfo.InvariantCulture, $"step {p.X:0}: {NumberText.Fixed(p.Y, quantity.Decimals)}"),
        }.Render, null, "panel");
    }

    // Evaluations are few and stay as they are.
    private static IEnumerable<ChartPoint> Points(IReadOnlyList<ReportPoint> curve, Quantity quantity, int block) =>
        curve.Count <= MostPoints
            ? curve.Select(p => new ChartPoint(p.Step, p.Value * quantity.Scale))
            : curve.GroupBy(p => p.Step / block)
                .Select(g => new ChartPoint(g.Average(p => (double)p.Step), g.Average(p => p.Value) * quantity.Scale));
}
