using System.Globalization;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;

namespace Tilt.Reporting.Comparison;

/// <summary>Accuracy, length, entropy and KL in the course of training, one row of panels each.</summary>
internal static class TrainingSection
{
    private sealed record Quantity(string Id, string Heading, string AxisTitle, Func<CurvePoint, double> Value, int Decimals);

    private static readonly Quantity[] Quantities =
    [
        new("curve-accuracy", "Accuracy", "Accuracy, %", p => p.Accuracy * 100, 1),
        new("curve-length", "Response length", "Mean length, tokens", p => p.Length, 1),
        new("curve-entropy", "Entropy", "Entropy, nats per token", p => p.Entropy, 3),
        new("curve-kl", "KL to the base model", "KL, nats per response", p => p.Kl ?? double.NaN, 2),
    ];

    /// <summary>Writes the section; nothing when no method was trained.</summary>
    internal static void Write(MarkupWriter page, ComparisonResults results)
    {
        MethodResult[] trained = [.. results.Methods.Where(m => m.Curve.Count > 0)];
        if (trained.Length == 0)
            return;
        page.OpenSection("training", "Course of training",
            "Measured on the selection problems. Heavy lines are means over seeds, thin lines single seeds; the methods of the other "
            + "panels "
            + "are repeated in grey so that levels can be compared across panels.");
        IReadOnlyList<FamilyPanel> panels = FamilyPanels.Of(trained);
        ChartAxis steps = new("Optimiser steps", LinearScale.Fixed(0, Math.Max(1, trained.Max(m => m.Curve.Max(p => p.Step))),
            NiceTicks.Step(Math.Max(1, trained.Max(m => m.Curve.Max(p => p.Step))), 6)));
        foreach (Quantity quantity in Quantities)
        {
            page.Element("h3", quantity.Heading).Line();
            FamilyPanels.Write(page, panels, Figure(trained, steps, quantity));
        }
        page.Close();
    }

    private static PanelFigure Figure(MethodResult[] trained, ChartAxis steps, Quantity quantity)
    {
        IEnumerable<double> values =
            trained.SelectMany(m => m.CurvePerSeed.Append(m.Curve)).SelectMany(c => c).Select(quantity.Value).Where(double.IsFinite);
        return new PanelFigure(quantity.Id, quantity.Heading, steps, new ChartAxis(quantity.AxisTitle, LinearScale.FromZero(values, 5)),
            m => Points(m.Curve, quantity))
        {
            Seeds = m => [.. m.CurvePerSeed.Select(c => Points(c, quantity))],
            BaseLevel = StartLevel(trained, quantity),
            Tooltip = p => string.Create(CultureInfo.InvariantCulture, $"step {p.X:0}: {NumberText.Fixed(p.Y, quantity.Decimals)}"),
        };
    }

    // Every run starts as the base model: its figure at step 0 is the base's on the selection problems.
    private static double? StartLevel(MethodResult[] trained, Quantity quantity)
    {
        double[] starts = [.. trained.SelectMany(m => m.Curve).Where(p => p.Step == 0).Select(quantity.Value).Where(double.IsFinite)];
        return starts.Length == 0 || quantity.Id == "curve-kl" ? null : starts.Average();
    }

    private static ChartPoint[] Points(IReadOnlyList<CurvePoint> curve, Quantity quantity) =>
        [.. curve.Where(p => double.IsFinite(quantity.Value(p))).Select(p => new ChartPoint(p.Step, quantity.Value(p)))];
}
