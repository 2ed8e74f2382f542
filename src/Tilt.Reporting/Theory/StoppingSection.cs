using Tilt.Exact;
using Tilt.Exact.Theory;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;
using static Tilt.Reporting.Theory.TheoryText;

namespace Tilt.Reporting.Theory;

/// <summary>Accuracy along the gradient flows, in the logits and natural.</summary>
internal static class StoppingSection
{
    internal static void Write(MarkupWriter page, TheoryResults results)
    {
        page.OpenSection("stopping", "Does it pay to stop early?",
            "Training with small steps and exact gradients follows a gradient flow; time is the learning rate times the number of steps. "
            + "In the logits, dθ/dt = ∇J. "
            + "The natural gradient, dlog π/ds = R − E[R], does not depend on how the policy is written down, and for a reward R that does "
            + "not change it passes through p·exp(s·R): "
            + "sharpening with R = ℓ, stopped at s, is exactly p^(1 + s).");
        FlowSeries[] logits = [.. results.Flows.Where(flow => flow.Geometry == "logits")],
            natural = [.. results.Flows.Where(flow => flow.Geometry == "natural")];
        double longest = results.Flows.Max(flow => flow.Points.Max(point => point.Summary.Kl));
        ChartAxis kl = new("KL to the base model, nats", LinearScale.FromZero([longest], 6));
        Curve[] both = [.. results.Flows.Select(flow => Line(flow, $"{Name(flow)}, {flow.Geometry}"))];
        TheoryChart.Panels(page,
        [
            Panel("logits", "In the logits",
                TheoryChart.Times("Time t (logarithmic beyond the break)",
                    logits.SelectMany(flow => flow.Points).Select(point => point.Parameter)), "t", logits),
            Panel("natural", "Natural gradient",
                TheoryChart.Times("Time s (logarithmic beyond the break)",
                    natural.SelectMany(flow => flow.Points).Select(point => point.Parameter)), "s", natural),
            TheoryChart.Of("flow-kl", Quantity.Accuracy, kl, "KL", both, null, point => point.Summary.Kl) with
            {
                Heading = "Accuracy by the distance gone"
            },
            TheoryChart.Of("flow-kl", Quantity.Length, kl, "KL", both, null, point => point.Summary.Kl) with
            {
                Heading = "Length by the distance gone"
            },
        ]);
        TheoryChart.Note(page, "Solid: in the logits; dashed: natural. A flow is drawn until 99.9 % of its mass is on the responses that "
            + "it strives for, or to time 100,000. " + ProblemSection.LengthNote(results.Configuration));
        foreach (FlowSeries flow in results.Flows.Where(flow => flow.Objective == "sharpening"))
            TheoryChart.Finding(page, Course(flow, results.Base));
        foreach (FlowSeries flow in results.Flows.Where(flow => flow.Objective != "sharpening"))
            TheoryChart.Finding(page, Course(flow, results.Base));
        page.Close();
    }

    private static LineChart Panel(string id, string heading, ChartAxis axis, string symbol, FlowSeries[] flows) =>
        TheoryChart.Of($"flow-{id}", Quantity.Accuracy, axis, symbol, [.. flows.Select(flow => Line(flow, Name(flow)))]) with
        {
            Heading = heading
        };

    private static Curve Line(FlowSeries flow, string name) =>
        new(name, Palette.Of(flow.Objective == "sharpening" ? MethodFamily.Sharpening : MethodFamily.TaskReward), flow.Points)
        {
            Dash = flow.Geometry == "natural" ? "5 3" : null
        };

    private static string Name(FlowSeries flow) => flow.Objective == "sharpening" ? "sharpening" : "task reward";

    private static string Course(FlowSeries flow, LawSummary start)
    {
        SweepPoint best = flow.Best, last = flow.Points[^1];
        string how = flow.Geometry == "natural" ? "along the natural gradient" : "in the logits";
        string symbol = flow.Geometry == "natural" ? "s" : "t";
        string top = best.Summary.Accuracy > Math.Max(start.Accuracy, last.Summary.Accuracy) + 0.0005
            ? $"It is highest on the way, {Share(best.Summary.Accuracy)} at {symbol} = {Time(best.Parameter)}"
                + $"{(flow is { Geometry: "natural", Objective: "sharpening" }
                    ? $", where the policy is p^{NumberText.Fixed(1 + best.Parameter, 2)}"
                    : "")}, {Nats(best.Summary.Kl)} from the base model: stopping there is {NumberText.Fixed(
                        (best.Summary.Accuracy - last.Summary.Accuracy) * 100, 1)} points better than going on."
            : best.Summary.Accuracy > start.Accuracy + 0.0005 ? "It is highest at the end of what is drawn."
            : "It is never higher than at the start.";
        return $"{char.ToUpperInvariant(Name(flow)[0])}{Name(flow)[1..]}, {how}: "
            + $"accuracy {Movement(start.Accuracy, last.Summary.Accuracy, Share)} by {symbol} = {Time(last.Parameter)}, "
            + $"with {Share(flow.OptimalMass)} of the mass on the responses that it strives for. {top}";
    }
}
