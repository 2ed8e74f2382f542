using CsCheck;

namespace Tilt.Verification.Tests;

public sealed class PropertyTests
{
    private static readonly Verifier Verifier = new();

    private static readonly string[] Pieces =
    [
        "0", "1", "2", "7", "12", "x", "y", "n", "+", "-", "*", "/", "^", "_", "{", "}", "(", ")", "[", "]", "|", ",", ".", ";", ":", "=",
        "<", "!", "%",
        "$", "&", "\\", " ", "\\frac", "\\sqrt", "\\boxed{", "\\left", "\\right", "\\pm", "\\cup", "\\infty", "\\text{", "\\begin{pmatrix}",
        "\\end{pmatrix}",
        "\\sin", "\\log", "\\binom", "\\sum", "or", "and", "−", "°", "\ud800", "\0", "answer is ", "#### ", "<think>", "</think>", "½", "²",
        "\\over", "\\$", "\\%",
    ];

    private static readonly string[] Valid =
    [
        "\\frac{3}{4}", "2\\sqrt{11}-\\frac{1}{2}", "x^2+3x-\\frac{1}{2}", "\\{1,\\frac{1}{2},-3\\}", "(1,2,3)", "[3,\\infty)",
        "(-\\infty,2)\\cup(3,4]",
        "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "y=2x+3", "x=5\\pm\\sqrt{3}", "\\sin(2x)+\\cos^2 y", "12\\text{ cm}", "45^\\circ",
        "30\\%", "101_2", "\\text{odd}",
        "e^{2it}", "\\binom{n}{3}", "\\lfloor n/2\\rfloor", "\\log_{10} 250", "1{,}234{,}567", "0.\\overline{12}", "6.02\\times10^{23}",
        "-1\\le x<4",
    ];

    private static readonly Gen<string> Piece = Gen.Int[0, Pieces.Length - 1].Select(index => Pieces[index]);

    private static readonly Gen<string> ValidAnswer = Gen.Int[0, Valid.Length - 1].Select(index => Valid[index]);

    [Fact]
    public void Any_text_gets_a_verdict_and_always_the_same()
    {
        Piece.Array[0, 60].Select(string.Concat).Sample(
            text =>
            {
                Verdict first = Verifier.Verify("987654321", text);
                Verdict second = Verifier.Verify("987654321", text);
                return !first.IsCorrect && first.Status == second.Status && first.PredictionCanonical == second.PredictionCanonical;
            },
            seed: "0N0XIzNsQ0O2",
            iter: 20_000);
    }

    [Fact]
    public void A_mutated_answer_never_throws_as_gold_or_prediction()
    {
        var mutation = Gen.Select(ValidAnswer, Gen.Int[0, 200], Piece, Gen.Int[0, 3]);
        mutation.Sample(
            (valid, at, piece, removed) =>
            {
                at %= valid.Length;
                string text = valid[..at] + piece + valid[Math.Min(valid.Length, at + removed)..];
                Verifier.Verify(valid, "\\boxed{" + text + "}");
                Verifier.Verify(text, valid);
                return Verifier.AreEquivalent(text, text);
            },
            seed: "0N0XIzNsQ0O2",
            iter: 10_000);
    }

    [Fact]
    public void Every_answer_matches_itself_and_its_canonical_class()
    {
        foreach (string answer in Valid)
        {
            Assert.True(Verifier.Matches(answer, answer), answer);
            Assert.True(Verifier.Verify(answer, $"So it is $\\boxed{{{answer}}}$.").IsCorrect, answer);
            Assert.True(Verifier.Matches(answer, "{" + answer + "}") || answer.Contains(','), answer);
        }
    }

    [Fact]
    public void Different_valid_answers_never_match_and_equivalence_is_symmetric()
    {
        foreach (string first in Valid)
        {
            foreach (string second in Valid)
            {
                Assert.Equal(Verifier.AreEquivalent(first, second), Verifier.AreEquivalent(second, first));
                if (first != second) Assert.False(Verifier.Matches(first, second), $"{first} against {second}");
            }
        }
    }

    [Fact]
    public void A_fraction_is_the_same_in_every_spelling_and_no_other_number()
    {
        Gen.Select(Gen.Int[-999, 999], Gen.Int[1, 99]).Sample(
            (top, bottom) =>
            {
                string gold = $"\\frac{{{top}}}{{{bottom}}}";
                foreach (string spelling in new[] { $"{top}/{bottom}", $"\\dfrac {{{top}}} {{{bottom}}}", $"{{{top} \\over {bottom}}}",
                    $"\\frac{{{2 * top}}}{{{2 * bottom}}}", $"{top}\\cdot\\frac1{{{bottom}}}", $"x = {top}/{bottom}" })
                {
                    if (!Verifier.Matches(gold, spelling) || !Verifier.AreEquivalent(gold, spelling)) return false;
                }
                return !Verifier.Matches(gold, $"\\frac{{{top + 1}}}{{{bottom}}}") && !Verifier.Matches(gold, $"{top}/{bottom}+10^{{-40}}");
            },
            seed: "0N0XIzNsQ0O2",
            iter: 2_000);
    }

    [Fact]
    public void A_polynomial_equals_its_factors_and_no_neighbour()
    {
        Gen.Select(Gen.Int[-9, 9], Gen.Int[-9, 9], Gen.Int[1, 5]).Sample(
            (a, b, c) =>
            {
                string factored = $"{c}(x-({a}))(x-({b}))";
                string expanded = $"{c}x^2-({c * (a + b)})x+({c * a * b})";
                return Verifier.Matches(expanded, factored) && Verifier.AreEquivalent(expanded, factored)
                    && !Verifier.Matches(expanded, factored + "+1") && !Verifier.Matches(expanded, factored.Replace('x', 'y'));
            },
            seed: "0N0XIzNsQ0O2",
            iter: 1_000);
    }
}
