using Tilt.Exact.Theory;
using Tilt.Reporting.Charts;
using Tilt.Reporting.Pages;
using Tilt.Results;
using static Tilt.Reporting.Theory.TheoryText;

namespace Tilt.Reporting.Theory;

/// <summary>The same table with variable and with fixed length.</summary>
internal static class LengthModeSection
{
    internal static void Write(MarkupWriter page, TheoryResults results)
    {
        if (results.OtherLength is not { } other) return;
        bool fixedLength = results.Configuration.FixedLength;
        page.OpenSection("length-mode", "What if the end token is ignored?",
            $"Training at fixed length lets every response run to {results.Configuration.Horizon} tokens and evaluates what stands before "
            + $"the first end. After an end the table begins a new text, as a packed corpus does, "
            + "so that a short answer is followed by tokens that cost likelihood as well.");
        Curve own = new(fixedLength ? "fixed length" : "variable length",
            Palette.Of(fixedLength ? MethodFamily.Tilted : MethodFamily.Tempered), results.Powers.Points);
        Curve others = new(fixedLength ? "variable length" : "fixed length",
            Palette.Of(fixedLength ? MethodFamily.Tempered : MethodFamily.Tilted), other.Powers)
        { Dash = "5 3" };
        ChartAxis axis = TheoryChart.Exponent(results);
        TheoryChart.Panels(page,
            [.. ((Quantity[])[Quantity.Accuracy, Quantity.Length, Quantity.Entropy])
                .Select(quantity => TheoryChart.Of("length-mode", quantity, axis, "α", [own, others], 1))]);
        TheoryChart.Note(page, "Curves: p^α. Dot: the base model, whose answers do not depend on what follows their end. Lengths count the "
            + "tokens up to the first end, it included; the entropy at fixed length includes what follows.");
        ResponseRow mode = results.Top[0];
        TheoryChart.Finding(page,
            $"{(fixedLength ? "At fixed length" : "At variable length")} the mode is {mode.Text}, {Judged(mode)}, and "
                + $"accuracy {Movement(results.Base.Accuracy, results.Powers.At(results.Configuration.AlphaMost).Summary.Accuracy, Share)} "
                + $"at α = {Number(results.Configuration.AlphaMost)}; "
                + $"{(fixedLength ? "at variable length" : "at fixed length")} the mode is {other.Mode.Text}, {Judged(other.Mode)}, and "
                + $"accuracy {Movement(results.Base.Accuracy, other.Powers[^1].Summary.Accuracy, Share)}. "
                + $"The two spaces have {Count(results.Responses)} and {Count(other.Responses)} responses.");
        page.Close();
    }
}
