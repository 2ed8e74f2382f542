using System.Globalization;
using Tilt.Acceptance.VerifierSearch;

namespace Tilt.Acceptance.VerifierAttack;

/// <summary>Two numbers that some operation makes the gold of, joined by words that say another operation or none.</summary>
/// <param name="gold">The problem.</param>
internal sealed class GlueAttack(Gold gold) : Attack(gold)
{
    // What joins two numbers without an operation, or with addition.
    private static readonly string[] Joining =
    [
        "\\text{ or }", "\\text{ and }", "\\text{ vs }", "\\text{ versus }", "\\text{ dogs }", "\\text{ dogs, }", "\\text{ cm }",
        "\\text{ m }", "\\text{ hours }", "\\text{ dollars }", "\\text{ red, }", "\\text{ against }", "\\text{ excluding }",
        "\\text{ remainder }", "\\text{ maybe }", "\\text{ or possibly }",
        "\\text{ but not }", "\\text{ then }", "\\text{ (or }", "\\text{ [}", "\\text{; }", "; ", "\\text{--}", "\\text{...}", "\\ldots ",
        " or ", " vs ", " apples ", " then ", " remainder ", "\\text{ through }", "\\text{ between }", "\\text{ oder }", "\\text{ или }",
        "或", "和", "\\text{ und }",
        "\\text{>}", "\\text{=}", "\\text{<}", " > ", " < ", "\\ne ", "\\approx ", "\\to ", "\\text{ not }", "\\quad\\text{or}\\quad ",
        "\\lor ", "\\land ", "\\\\ ", "\n", "\\text{ people, }", "\\%\\text{ of them, }", "^\\circ\\text{ east, }", "\\text{ items }",
        " of type ", "\\text{ each, }", "\\&",
    ];

    /// <inheritdoc/>
    public override string Name => "glue";

    /// <inheritdoc/>
    public override Token[] Start(Draws draws)
    {
        (int a, int b, string[] signs) = Parts(draws);
        string glue = signs.Length > 0 && draws.Chance(0.3) ? draws.Pick<string>(signs) : draws.Pick<string>(Joining);
        Token[] core = Token.Pinned(a.ToString(CultureInfo.InvariantCulture), glue, b.ToString(CultureInfo.InvariantCulture));
        return draws.Below(4) switch
        {
            0 => [new("The answer is $"), .. core, new("$.")],
            1 => [new("Answer: "), .. core],
            _ => [new("So \\boxed{"), .. core, new("}")],
        };
    }

    /// <inheritdoc/>
    public override Token[] Mutate(Token[] tokens, Draws draws) => draws.Chance(0.2) ? Start(draws) : base.Mutate(tokens, draws);

    // Signs set as text, or in words, that say another operation than the one that makes the gold.
    private (int A, int B, string[] Signs) Parts(Draws draws)
    {
        int g = Gold.Count!.Value;
        int[] divisors = [.. Enumerable.Range(2, Math.Min(g, 2_000) - 1).Where(d => d < g && g % d == 0 && d != g / d && d + g / d != g)];
        string[] product = ["\\text{-}", "\\text{/}", "\\text{:}", "\\text{+}", "\\text{÷}", "\\text{–}", "\\text{ minus }",
            "\\text{ over }", "\\text{ divided by }", "\\text{ per }", "\\text{ out of }", "\\text{ to }", "\\text{ plus }", "\\text{^}",
            "\\text{ power }", "\\text{ choose }", "\\text{ root }", " choose ", " over ", " minus "];
        if (divisors.Length > 0 && draws.Chance(0.7))
        {
            int d = divisors[draws.Below(divisors.Length)];
            return Differ(d, g / d, g) ? (d, g / d, product) : (d, g / d, []);
        }

        // A difference: nothing here says minus.
        int less = g + draws.Between(1, 30);
        return (g + less, less, ["\\text{+}", "\\text{/}", "\\text{ plus }", "\\text{ times }", "\\text{ over }", "\\text{:}"]);
    }

    // No sign of the list makes the gold of the two.
    private static bool Differ(int a, int b, int gold) =>
        a - b != gold && a + b != gold && a / (double)b != gold && Math.Pow(a, b) != gold && Math.Pow(b, 1.0 / a) != gold
        && Binomial(a, b) != gold;

    private static double Binomial(int n, int k)
    {
        double result = 1;
        for (int i = 0; i < k && i < 200; i++) result = result * (n - i) / (i + 1);
        return Math.Round(result);
    }
}
