namespace Tilt.Verification.Tests;

public sealed class HostileInputTests
{
    private static readonly Verifier Verifier = new();

    public static TheoryData<string, int> Repeated => new()
    {
        { "7", 1_000_000 }, { "$", 1_000_001 }, { "$1", 300_001 }, { "{", 100_000 }, { "\\boxed{", 50_000 }, { "\\boxed{1} ",
            50_000 }, { "\\frac{1}{", 10_000 },
        { "\\sqrt{", 700 }, { "(", 5_000 }, { "-", 5_001 }, { "2^", 2_900 }, { "x(", 2_900 }, { "\\sin", 1_400 }, { "!", 5_000 }, { "|",
            5_000 }, { "\\text{", 50_000 },
        { "answer ", 50_000 }, { "1,", 2_900 }, { "x+", 2_900 }, { "\\begin{pmatrix}", 1_000 }, { "½", 3_000 }, { "²", 3_000 }, { "\\pm 1+",
            900 }, { "\\\\", 50_000 },
        { "or 5 ", 50_000 }, { "\\log_", 1_100 }, { "\\(1\\)", 50_000 }, { "f(", 2_900 }, { "\\frac12", 850 }, { "\\sin x+",
            850 }, { "\ud800", 5_000 }, { "\0", 5_000 },
    };

    [Theory]
    [MemberData(nameof(Repeated))]
    public void Endless_repetition_scores_nothing(string piece, int count)
    {
        string text = string.Concat(Enumerable.Repeat(piece, count));
        Assert.False(Verifier.Verify("42", text).IsCorrect);
        Assert.False(Verifier.Verify("42", text + "5" + new string('}', 20)).IsCorrect);
    }

    [Theory]
    [InlineData("9^{9^{9^9}}")]
    [InlineData("((((9!)!)!)!)!")]
    [InlineData("1000000000!")]
    [InlineData("1e999999999")]
    [InlineData("\\prod_{k=1}^{1999} k!")]
    [InlineData("\\sum_{k=1}^{2000} k^{100}")]
    [InlineData("(x+y+z+w)^{100}")]
    [InlineData("e^{e^{e^{e^{e^e}}}}")]
    public void Work_without_end_is_over_budget(string answer) =>
        Assert.Equal(VerdictStatus.OverBudget, Verifier.Verify("5", $"\\boxed{{{answer}}}").Status);

    [Theory]
    [InlineData("0", "2^{-10^{10}}")]
    [InlineData("0", "e^{-100}")]
    [InlineData("0", "\\sin(10^{-40})")]
    [InlineData("1", "1+10^{-3000}")]
    [InlineData("2", "1.999999999999999999999999999999999999999")]
    [InlineData("x", "x+e^{-100}")]
    [InlineData("1", "\\cos(10^{-20})")]
    [InlineData("1", "0/0")]
    [InlineData("1", "\\frac{|x|}{x}")]
    public void Nearly_equal_is_not_equal(string gold, string answer) =>
        Assert.False(Verifier.Verify(gold, $"\\boxed{{{answer}}}").IsCorrect);

    [Theory]
    [InlineData("1 2 3 41 42")]
    [InlineData("41, 42")]
    [InlineData("41 or 42")]
    [InlineData("The answer is 41 or 42")]
    [InlineData("The answer is $41$ or $42$")]
    [InlineData("\\boxed{41}\n\\boxed{42}")]
    [InlineData("\\boxed{41=42}")]
    [InlineData("\\boxed{42=41}")]
    [InlineData("\\boxed{x=41=42}")]
    [InlineData("\\boxed{42 \\text{ is wrong}}")]
    [InlineData("\\boxed{\\text{not }42}")]
    [InlineData("\\boxed{\\le 42}")]
    [InlineData("\\boxed{42\\ldots}")]
    [InlineData("\\boxed{42...}")]
    [InlineData("\\boxed{4 2}")]
    [InlineData("\\boxed{42")]
    [InlineData("4\02")]
    [InlineData("<think>\\boxed{42}")]
    [InlineData("\\boxed{n}")]
    [InlineData("\\boxed{\\mathbb{R}}")]
    public void Offering_guesses_or_half_an_answer_scores_nothing(string response) =>
        Assert.False(Verifier.Verify("42", response).IsCorrect, Verifier.Verify("42", response).ToString());

    [Fact]
    public void Unparsable_text_equals_itself()
    {
        Assert.True(Verifier.AreEquivalent("}{\ud800", "}{\ud800"));
        Assert.False(Verifier.AreEquivalent("}{\ud800", "}{\udfff"));
        Assert.Equal(VerdictStatus.UnparsableGold, Verifier.Verify("", "5").Status);
        Assert.False(Verifier.CanReadGold("\\frac{1}{"));
    }

    [Fact]
    public void Many_threads_agree_with_one()
    {
        var pairs = Enumerable.Range(0, 2_000)
            .Select(i => ($"\\frac{{{i}}}{{7}}", i % 3 == 0 ? $"\\boxed{{{i}/7}}" : $"\\boxed{{\\sqrt{{{i}}}}}")).ToList();
        Assert.Equal(Verifier.VerifyAll(pairs).Select(verdict => verdict.Status),
            Verifier.VerifyAll(pairs, 4).Select(verdict => verdict.Status));
    }
}
