using System.Globalization;
using Tilt.Exact.Theory;
using Tilt.Results;

namespace Tilt.Reporting.Theory;

/// <summary>Sentences made from the numbers: each states what was computed and nothing that another problem could contradict.</summary>
internal static class TheoryText
{
    /// <summary>The finding in one sentence.</summary>
    internal static string Headline(TheoryResults results)
    {
        OptimumRow sharpening = Optimum(results, "sharpening"), task = Optimum(results, "task-reward");
        SweepPoint best = results.Powers.Best;
        string mode = sharpening.OptimalResponses == 1
            ? "The most likely response of this problem"
            : $"One of the {sharpening.OptimalResponses} most likely responses of this problem";
        string way = best.Summary.Accuracy > Math.Max(results.Base.Accuracy, sharpening.Summary.Accuracy) + 0.0005 && best.Parameter > 1
            ? $", by way of {Share(best.Summary.Accuracy)} at α = {Number(best.Parameter)}" : "";
        return $"{mode} has {NumberText.Counted(results.Top[0].Length, "token")} and is {Judged(results.Top[0])}: sharpened to the end, "
            + $"accuracy "
            + $"{Movement(results.Base.Accuracy, sharpening.Summary.Accuracy, Share)}{way}; the task reward takes it "
            + $"to {Share(task.Summary.Accuracy)}.";
    }

    /// <summary>The row of an objective.</summary>
    internal static OptimumRow Optimum(TheoryResults results, string name) => results.Optima.First(row => row.Name == name);

    /// <summary>A share in per cent, with the sign.</summary>
    internal static string Share(double share) => NumberText.Percent(share) + "\u00a0%";

    /// <summary>A small probability with two significant digits.</summary>
    internal static string Probability(double probability) => probability >= 0.001
        ? NumberText.Fixed(probability * 100, probability >= 0.1 ? 1 : 2) + "\u00a0%"
        : probability.ToString("0.0e-0", CultureInfo.InvariantCulture).Replace("e", "·10^", StringComparison.Ordinal).Replace('-', '−');

    /// <summary>A mean length.</summary>
    internal static string Tokens(double length) => NumberText.Fixed(length, 1) + " tokens";

    /// <summary>Nats with two decimals.</summary>
    internal static string Nats(double nats) => NumberText.Fixed(nats, 2) + " nats";

    /// <summary>A parameter.</summary>
    internal static string Number(double value) => NumberText.Compact(value);

    /// <summary>A count with thousands apart.</summary>
    internal static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A time along a flow, to three significant digits.</summary>
    internal static string Time(double time) =>
        NumberText.Compact(double.Parse(time.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));

    /// <summary>right or wrong.</summary>
    internal static string Judged(ResponseRow response) => response.Right ? "right" : "wrong";

    /// <summary>How a quantity goes from one value to another, as printed: "rises from A to B", "falls …", "stays at A".</summary>
    internal static string Movement(double from, double to, Func<double, string> format)
    {
        (string first, string last) = (format(from), format(to));
        return first == last ? $"stays at {first}" : $"{(to > from ? "rises" : "falls")} from {first} to {last}";
    }

    /// <summary>Where the best of a row of points lies: inside, or at one of its ends.</summary>
    internal static string Peak(IReadOnlyList<SweepPoint> points, string parameter)
    {
        SweepPoint best = points.MaxBy(point => point.Summary.Accuracy)!;
        return $"{Share(best.Summary.Accuracy)} at {parameter} = {Time(best.Parameter)}";
    }
}
