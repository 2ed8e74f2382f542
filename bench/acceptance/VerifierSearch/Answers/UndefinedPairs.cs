namespace Tilt.Acceptance.VerifierSearch.Answers;

/// <summary>Terms that have no value: they equal nothing.</summary>
internal static class UndefinedPairs
{
    public static Pair? Different(Draws draws)
    {
        int n = draws.Between(1, 20), m = draws.Between(2, 9);
        string zero = draws.Pick("0", "(1-1)", $"({n}-{n})", "\\sin(0)", "\\ln(1)"),
            infinity = draws.Pick("\\infty", $"{m}\\infty", "\\infty^2", "\\infty");
        string undefined = draws.Below(14) switch
        {
            0 => $"\\frac{{{infinity}}}{{\\infty}}",
            1 => $"{infinity}-\\infty",
            2 => $"{zero}\\cdot\\infty",
            3 => $"\\frac{{{n}}}{{{zero}}}",
            4 => $"\\frac{{0}}{{{zero}}}",
            5 => $"{n}+\\infty-\\infty",
            6 => $"\\frac{{{n}\\infty}}{{{m}\\infty}}",
            7 => $"\\ln({zero})",
            8 => "\\tan\\frac{\\pi}{2}",
            9 => $"\\frac{{{n}\\cdot 0}}{{{m}\\cdot 0}}",
            10 => $"{n}+\\frac{{{m}}}{{{zero}}}-\\frac{{{m}}}{{{zero}}}",
            11 => $"{zero}^{{-{m}}}",
            12 => $"\\infty^0",
            _ => $"\\log_{{1}} {m}",
        };
        string number = draws.Pick("0", "1", $"{n}", $"\\frac{{{n}}}{{{m}}}");
        return draws.Chance(0.3)
            ? new("undefined", "undefined gold", undefined, number)
            : new("undefined", "undefined answer", number, undefined);
    }
}
