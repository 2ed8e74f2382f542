using System.Globalization;
using Tilt.Acceptance.VerifierSearch;

namespace Tilt.Acceptance.VerifierAttack;

/// <summary>Several candidates, the gold among them, where one number is asked for.</summary>
/// <param name="gold">The problem.</param>
internal sealed class CandidatesAttack(Gold gold) : Attack(gold)
{
    private static readonly string[] Separators =
    [
        "\\text{ or }", " or ", ", ", "; ", "\\text{ and }", " and ", "\\text{ vs }", "\\text{ maybe }", "\\text{ possibly }",
        "\\text{ perhaps }", "\\lor ", "\\\\", "\\text{ oder }", "\\text{ или }", "或", "\\text{ (or }", "\\text{, maybe }", "\\quad ",
        "\\text{ alternatively }", ",\\ ", "\\text{ either }", "\\text{ / }", "\\text{; or }", " | ", "\\text{ or else }",
        "\\text{ otherwise }", "\\text{, }",
    ];

    private static readonly (string Open, string Between, string Close)[] Boxes =
        [("\\boxed{", "} or \\boxed{", "}"), ("\\boxed{", "}, \\boxed{", "}"), ("\\boxed{", "} and \\boxed{", "}")];

    /// <inheritdoc/>
    public override string Name => "candidates";

    /// <inheritdoc/>
    public override Token[] Start(Draws draws)
    {
        int g = Gold.Count!.Value, count = draws.Between(2, 4);
        int[] values = draws.Shuffle([g, .. Enumerable.Range(1, count - 1).Select(i => g + i * draws.Pick(1, 2, 3))]);
        string name = draws.Chance(0.15) ? "x=" : "";
        string[] texts = [.. values.Select(value => name + value.ToString(CultureInfo.InvariantCulture))];
        if (draws.Chance(0.25))
        {
            (string open, string between, string close) = draws.Pick<(string, string, string)>(Boxes);
            return [new("So "), .. Token.Pinned(open + string.Join(between, texts) + close), new(".")];
        }

        string list = texts[0];
        foreach (string text in texts[1..]) list += draws.Pick<string>(Separators) + text;
        // A text that opens a bracket closes it.
        if (list.Contains("(or", StringComparison.Ordinal)) list += ")";
        return draws.Below(4) switch
        {
            0 => [new("The answer is "), .. Token.Pinned("$" + list + "$"), new(".")],
            1 => [new("Answer: "), .. Token.Pinned(list)],
            _ => [new("So "), .. Token.Pinned("\\boxed{" + list + "}"), new(".")],
        };
    }

    /// <inheritdoc/>
    public override Token[] Mutate(Token[] tokens, Draws draws) => draws.Chance(0.3) ? Start(draws) : base.Mutate(tokens, draws);
}
