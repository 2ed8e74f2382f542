using System.Globalization;
using Tilt.Acceptance.VerifierSearch;

namespace Tilt.Acceptance.VerifierAttack;

/// <summary>A formula of another value that holds the gold's digits, in prose without marks around it.</summary>
/// <param name="gold">The problem.</param>
internal sealed class FragmentAttack(Gold gold) : Attack(gold)
{
    private static readonly string[] Openings =
    [
        "So the length is ", "The answer is x = ", "Therefore the probability is ", "Thus the total is ", "Answer: ",
        "It follows that y = ", "We get ", "Итак, получаем ", "Ответ: ", "所以答案是 ", "Also ist x = ", "La respuesta es ", "Donc x = ",
        "Hence the number of ways is ", "答えは ", "#### ", "Final Answer: ", "", "The final answer is: ",
    ];

    /// <inheritdoc/>
    public override string Name => "fragment";

    /// <inheritdoc/>
    public override Token[] Start(Draws draws)
    {
        string g = Gold.Count!.Value.ToString(CultureInfo.InvariantCulture);
        int n = draws.Pick(17, 19, 23, 29, 31, 37);
        if (n == Gold.Count) n = 41;
        // For a whole number above 3 that is no square of one of these none of these is the number itself.
        string formula = draws.Pick(
            $"{n}\\sqrt{{{g}}}", $"\\frac{{{n}}}{{{g}}}", $"\\frac{{{g}}}{{{n}}}", $"x^2+{g}", $"{g}x+{n}", $"{n} x {g}", $"{n}^{{{g}}}",
            $"{n}^{g}", $"\\log_{n} {g}", $"\\ln {g}", $"\\binom{{{g}}}{{2}}", $"\\sqrt{{{g}}}", $"{n}/{g}", $"{g}/{n}", $"{n}*{g}",
            $"{n}+{g}", $"{n}-{g}",
            $"x_{{{g}}}", $"a_{g}", $"\\sqrt[{n}]{{{g}}}", $"({n}, {g})", $"({g}, {n})", $"{g}:{n}", $"{n}:{g}", $"-{g}", $"- {g}", $"−{g}",
            $"{g}^{n}", $"{g}\\pi", $"\\frac{{{g}\\pi}}{{{n}}}", $"{n}\\cdot {g}", $"{n} \\times {g}", $"{n}({g})", $"x > {g}",
            $"x \\le {g}", $"|x| < {g}", $"{g} \\pm {n}", $"{n} \\pm {g}", $"\\sin {g}", $"e^{{{g}}}",
            $"{g}i", $"{n}+{g}i", $"{n}.{g}", $"{g}.{n}", $"10^{{-{g}}}", $"\\{{{n}, {g}\\}}", $"[{n}, {g}]", $"{n}\\sqrt{g}", $"sqrt({g})",
            $"{n}sqrt({g})", $"({n}+{g})/{n}", $"√{g}", $"{n}√{g}", $"{n}^({g})", $"x={n} or x={g}", $"{n} and {g}", $"{n} or {g}",
            $"1/({g})", $"{n}{g}0", $"{g}{n}");
        return [new(draws.Pick<string>(Openings)), new(formula, true),
            new(draws.Pick(".", "", " units.", " cm", "\n", " .", " meters long", " in total.", "。", " where x is real.", " as claimed",
                "!?"))];
    }

    // A second minus would turn the first around.
    /// <inheritdoc/>
    protected override IReadOnlyList<string> Words { get; } =
        [.. Vocabulary.Neutral.Where(word => !word.Contains("box", StringComparison.Ordinal) && word is not ("- " or "---\n"))];

    /// <inheritdoc/>
    public override Token[] Mutate(Token[] tokens, Draws draws) => draws.Chance(0.15) ? Start(draws) : base.Mutate(tokens, draws);
}
