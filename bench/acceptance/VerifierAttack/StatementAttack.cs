using System.Text.RegularExpressions;
using Tilt.Acceptance.VerifierSearch;

namespace Tilt.Acceptance.VerifierAttack;

/// <summary>A formula of the statement as the answer, where the gold is a number and the formula leaves it to be worked out.</summary>
internal sealed partial class StatementAttack : Attack
{
    private readonly string[] _formulas;

    private StatementAttack(Gold gold, string[] formulas)
        : base(gold) => _formulas = formulas;

    /// <inheritdoc/>
    public override string Name => "statement";

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Words { get; } =
        [.. Vocabulary.Neutral.Where(word => !word.Contains("box", StringComparison.Ordinal))];

    /// <summary>The attack, or null where the statement has no formula that is more than a number.</summary>
    public static StatementAttack? Fitting(Gold gold)
    {
        string[] formulas =
            [.. Formula().Matches(gold.Problem).Select(match => match.Groups[1].Value).Where(formula => Calculation().IsMatch(formula))];
        return gold.Number is null || formulas.Length == 0 ? null : new(gold, formulas);
    }

    /// <inheritdoc/>
    public override Token[] Start(Draws draws)
    {
        string formula = draws.Pick<string>(_formulas);
        string text = draws.Pick($"\\boxed{{{formula}}}", $"${formula}$", $"Answer: ${formula}$", $"\\boxed{{x = {formula}}}",
            $"The answer is ${formula}$.");
        return [new("So "), .. Token.Pinned(text), new(".")];
    }

    [GeneratedRegex(@"\$([^$]+)\$")]
    private static partial Regex Formula();

    // Something that is left to be done: a sign between numbers, a function, a sum.
    [GeneratedRegex(@"\d\s*(\+|-|\\cdot|\\times|\\div)\s*\\?\w|\\(sin|cos|tan|log|ln|binom|sum|lfloor|lceil|gcd|sqrt\{\d+\}\s*[+-])")]
    private static partial Regex Calculation();
}
