using System.Text.RegularExpressions;
using Tilt.Verification;

namespace Tilt.Acceptance.VerifierAttack;

/// <summary>Parts of a statement that may be copied into a response, where none of them is the answer or can be worked out to it.</summary>
internal static partial class StatementParts
{
    public static string[] Of(Gold gold)
    {
        Verifier verifier = new();
        string[] formulas = [.. Formula().Matches(gold.Problem).Select(match => match.Value)];
        // A statement that holds its answer would make a copy of it right.
        string digits = Digits().Match(gold.Answer).Value;
        bool holds = digits.Length > 0 && Digits().Matches(gold.Problem).Any(match => match.Value == digits)
            || digits.Length == 0
            || formulas.Any(formula => verifier.Verify(gold.Answer, formula).IsCorrect);
        return holds ? [] : [.. formulas, .. gold.Problem.Split(". ").Select(sentence => " " + sentence + ". "), gold.Problem];
    }

    [GeneratedRegex(@"\$[^$]+\$")]
    private static partial Regex Formula();

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex Digits();
}
