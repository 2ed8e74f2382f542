using System.Globalization;

namespace Tilt.Acceptance.VerifierSearch.Answers;

/// <summary>Intervals and inequalities.</summary>
internal static class RegionPairs
{
    public static Pair? Different(Draws draws)
    {
        Region region = Region.Draw(draws);
        (string rule, Region other) = region.Edit(draws);
        if (region.Equals(other) || other.Low >= other.High) return null;
        (string _, string gold) = Write(region, "x", draws, true);
        (string form, string answer) = Write(other, "x", draws, true);
        return new($"{region.Shape.ToString().ToLowerInvariant()}", $"{rule}, as {form}", gold, answer);
    }

    public static Pair? Equal(Draws draws)
    {
        Region region = Region.Draw(draws);
        string letter = draws.Pick("x", "x", "x", "y", "a", "t");
        (string first, string gold) = Write(region, letter, draws, false);
        (string second, string answer) = Write(region, letter, draws, false);
        // An interval that is open at both ends may be a point, where nothing says what it is.
        bool point = region is { Shape: RegionShape.Between, LowClosed: false, HighClosed: false }
            && first == "interval" != (second == "interval");
        return point ? null : new("region", $"{first} as {second}", gold, answer);
    }

    private static (string Form, string Text) Write(Region r, string x, Draws draws, bool unsolved)
    {
        string a = Half(r.Low, draws), b = Half(r.High, draws), lowOpen = r.LowClosed ? "[" : "(", highOpen = r.HighClosed ? "]" : ")";
        string up = r.LowClosed ? Ge(draws) : ">", down = r.HighClosed ? Le(draws) : "<", under = r.LowClosed ? Le(draws) : "<",
            over = r.HighClosed ? Ge(draws) : ">";
        bool alike = r.LowClosed == r.HighClosed;
        string factors = $"({x}{Shift(r.Low, draws)})({x}{Shift(r.High, draws)})",
            or = draws.Pick(" \\text{ or } ", "\\ \\text{or}\\ ", " \\lor ");
        int form = draws.Below(6);
        switch (r.Shape)
        {
            case RegionShape.Above:
                return form switch
                {
                    0 => ("interval", $"{lowOpen}{a},\\infty)"),
                    1 => ("membership", $"{x} \\in {lowOpen}{a}, \\infty)"),
                    2 => ("inequality turned round", $"{a} {under} {x}"),
                    3 when unsolved => ("inequality negated", $"-{x} {under} {Half(-r.Low, draws)}"),
                    4 when unsolved => ("inequality against zero", $"{x}{Shift(r.Low, draws)} {up} 0"),
                    _ => ("inequality", $"{x} {up} {a}"),
                };
            case RegionShape.Below:
                return form switch
                {
                    0 => ("interval", $"(-\\infty,{b}{highOpen}"),
                    1 => ("membership", $"{x} \\in (-\\infty, {b}{highOpen}"),
                    2 => ("inequality turned round", $"{b} {over} {x}"),
                    3 when unsolved => ("inequality doubled", $"2{x} {down} {2 * r.High / 2}"),
                    _ => ("inequality", $"{x} {down} {b}"),
                };
            case RegionShape.Between:
                return form switch
                {
                    0 => ("interval", $"{lowOpen}{a},{b}{highOpen}"),
                    1 => ("membership", $"{x} \\in {lowOpen}{a}, {b}{highOpen}"),
                    2 when alike && unsolved => ("quadratic inequality", $"{factors} {down} 0"),
                    3 when !r.HighClosed && unsolved =>
                        ("rational inequality", $"\\frac{{{x}{Shift(r.Low, draws)}}}{{{x}{Shift(r.High, draws)}}} {under} 0"),
                    4 => ("two inequalities", $"{x} {up} {a} \\text{{ and }} {x} {down} {b}"),
                    _ => ("chain", $"{a} {under} {x} {down} {b}"),
                };
            case RegionShape.Outside:
                string leftClose = r.LowClosed ? "]" : ")", rightOpen = r.HighClosed ? "[" : "(";
                return form switch
                {
                    0 or 1 => ("union", $"(-\\infty,{a}{leftClose} \\cup {rightOpen}{b},\\infty)"),
                    2 when alike && unsolved => ("quadratic inequality", $"{factors} {over} 0"),
                    3 when !r.HighClosed && unsolved =>
                        ("rational inequality",
                            $"\\frac{{{x}{Shift(r.Low, draws)}}}{{{x}{Shift(r.High, draws)}}} {(r.LowClosed ? Ge(draws) : ">")} 0"),
                    4 => ("union", $"{rightOpen}{b}, \\infty) \\cup (-\\infty, {a}{leftClose}"),
                    _ => ("two inequalities", $"{x} {under} {a}{or}{x} {over} {b}"),
                };
            default:
                return form switch
                {
                    0 or 1 => ("union", $"(-\\infty,{a}) \\cup ({a},\\infty)"),
                    2 => ("two inequalities", $"{x} < {a}{or}{x} > {a}"),
                    _ => ("inequation", $"{x} \\{draws.Pick("ne", "neq")} {a}"),
                };
        }
    }

    private static string Ge(Draws draws) => draws.Pick("\\ge", "\\geq", "\\geqslant", "\\ge");

    private static string Le(Draws draws) => draws.Pick("\\le", "\\leq", "\\leqslant", "\\le");

    private static string Half(int halves, Draws draws) => halves % 2 == 0
        ? (halves / 2).ToString(CultureInfo.InvariantCulture)
        : draws.Chance(0.3) ? (halves / 2.0).ToString(CultureInfo.InvariantCulture)
        : $"{(halves < 0 ? "-" : "")}\\{draws.Pick("frac", "frac", "dfrac")}{{{Math.Abs(halves)}}}{{2}}";

    private static string Shift(int halves, Draws draws) =>
        halves == 0 ? "" : halves > 0 ? "-" + Half(halves, draws) : "+" + Half(-halves, draws);
}
