using System.Globalization;

namespace Tilt.Results;

/// <summary>
/// Numbers as the reports print them: invariant culture, fixed decimals, a true minus sign, an en dash for what is undefined.
/// </summary>
internal static class NumberText
{
    /// <summary>Printed where there is no number.</summary>
    internal const string Undefined = "–";

    /// <summary>A share as per cent without the sign: 0.4512 gives 45.1.</summary>
    internal static string Percent(double? share) => Fixed(share * 100, 1);

    /// <summary>An interval of shares in per cent: [43.0, 47.2].</summary>
    internal static string PercentInterval(double[] interval) => $"[{Percent(interval[0])}, {Percent(interval[1])}]";

    /// <summary>A difference of shares in points, always with its sign.</summary>
    internal static string Points(double? share) =>
        share is { } s && double.IsFinite(s) ? (Math.Round(s * 100, 1) is var p && p > 0 ? "+" : "") + Fixed(p, 1) : Undefined;

    /// <summary>An interval of differences in points.</summary>
    internal static string PointsInterval(double[] interval) => $"[{Points(interval[0])}, {Points(interval[1])}]";

    /// <summary>A p-value: three decimals, or "&lt;0.001".</summary>
    internal static string PValue(double? p) => p switch
    {
        null => Undefined,
        double.NaN => Undefined,
        < 0.001 => "<0.001",
        _ => Fixed(p, 3),
    };

    /// <summary>A number with a fixed count of decimals; never "-0.0".</summary>
    internal static string Fixed(double? value, int decimals)
    {
        if (value is not { } number || !double.IsFinite(number))
            return Undefined;
        double rounded = Math.Round(number, decimals, MidpointRounding.AwayFromZero);
        return TrueMinus((rounded == 0 ? 0 : rounded).ToString("F" + decimals, CultureInfo.InvariantCulture));
    }

    /// <summary>A number with up to three significant decimals and no trailing zeros, such as a parameter or a statistic.</summary>
    internal static string Compact(double? value) =>
        value is { } number && double.IsFinite(number) ? TrueMinus(number.ToString("0.###", CultureInfo.InvariantCulture)) : Undefined;

    private static string TrueMinus(string number) => number.Replace('-', '−');

    /// <summary>A count in thousands or millions: 12,345 gives 12.3 k.</summary>
    internal static string Count(long count) => Math.Abs(count) switch
    {
        < 10_000 => count.ToString("N0", CultureInfo.InvariantCulture),
        < 1_000_000 => Fixed(count / 1e3, 1) + " k",
        < 1_000_000_000 => Fixed(count / 1e6, 1) + " M",
        _ => Fixed(count / 1e9, 2) + " G",
    };

    /// <summary>A duration: 45 s, 12 min 05 s, 3 h 07 min.</summary>
    internal static string Duration(double seconds)
    {
        if (!double.IsFinite(seconds))
            return Undefined;
        if (seconds < 99.5)
            return Fixed(seconds, seconds < 9.95 ? 1 : 0) + " s";
        long whole = (long)Math.Round(seconds);
        return whole < 3600
            ? string.Create(CultureInfo.InvariantCulture, $"{whole / 60} min {whole % 60:00} s")
            : string.Create(CultureInfo.InvariantCulture, $"{whole / 3600} h {whole % 3600 / 60:00} min");
    }

    /// <summary>A count with its noun: "1 seed", "3 seeds".</summary>
    internal static string Counted(int count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}
