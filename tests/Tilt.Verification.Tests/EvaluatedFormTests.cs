namespace Tilt.Verification.Tests;

/// <summary>Boxing the question is no answer where a number is asked for.</summary>
public sealed class EvaluatedFormTests
{
    private static readonly Verifier Any = new();

    private static readonly Verifier Evaluated = new(new VerifierOptions { Form = AnswerForm.Evaluated });

    [Theory]
    [InlineData("5050", @"\sum_{k=1}^{100} k")]
    [InlineData("3", @"\log_2 8")]
    [InlineData("44", @"\lfloor\sqrt{2024}\rfloor")]
    [InlineData("6", @"\gcd(12,18)")]
    [InlineData("2", @"\sqrt{4}")]
    [InlineData("10", @"\binom{5}{2}")]
    [InlineData("120", "5!")]
    [InlineData("1024", "2^{10}")]
    [InlineData("7", "3+4")]
    [InlineData("12", @"3\cdot 4")]
    [InlineData("-1", "3-4")]
    [InlineData(@"\frac12", @"\sin 30^\circ")]
    [InlineData("3", "|-3|")]
    [InlineData("0", @"\sin 1-\sin 1")]
    [InlineData("-1", "i^2")]
    [InlineData("1", @"\sin^2 x+\cos^2 x")]
    [InlineData("0.5", @"\frac{1+1}{4}")]
    [InlineData("(1,2)", "(3-2,2)")]
    [InlineData("x=7", "x=3+4")]
    [InlineData("7", "x=3+4")]
    [InlineData("5,6", "2+3, 6")]
    public void A_calculation_is_right_in_any_form_and_no_value(string gold, string answer)
    {
        Assert.True(Any.Matches(gold, answer), Any.Verify(gold, answer).ToString());
        Verdict verdict = Evaluated.Verify(gold, $"\\boxed{{{answer}}}");
        Assert.Equal(VerdictStatus.Incorrect, verdict.Status);
        Assert.Contains("calculation", verdict.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(@"\frac12", "0.5")]
    [InlineData(@"\frac12", @"-\frac{-1}{2}")]
    [InlineData("0.5", "50\\%")]
    [InlineData("7.5", @"7\frac12")]
    [InlineData("2500", @"2.5\times 10^3")]
    [InlineData("0.0012", @"1.2\cdot10^{-3}")]
    [InlineData("1000000", "10^6")]
    [InlineData("7", "3+4=7")]
    [InlineData("7", "x=7")]
    [InlineData("7", @"\sqrt{49}=7")]
    [InlineData("45^\\circ", @"\frac{\pi}{4}")]
    [InlineData("5", @"5\text{ cm}")]
    [InlineData("5.5\\text{ hours}", @"5\text{ hours }30\text{ minutes}")]
    [InlineData("7.5", "7.5 \\text{ or } \\frac{15}{2}")]
    [InlineData("3:4", "6:8")]
    [InlineData("101_2", "101")]
    [InlineData("\\sqrt{12}", "2\\sqrt3")]
    [InlineData("2\\sqrt3", "\\sqrt{12}")]
    [InlineData("\\frac{\\pi}{6}", "\\arcsin\\frac12")]
    [InlineData("x+1", "1+x")]
    [InlineData("2^{10}", "1024")]
    public void Values_are_values_however_they_are_written(string gold, string answer) =>
        Assert.True(Evaluated.Verify(gold, $"\\boxed{{{answer}}}").IsCorrect, Evaluated.Verify(gold, answer).ToString());

    [Theory]
    [InlineData("\\frac{243}{625}")]
    [InlineData("6+9i")]
    [InlineData("2\\sqrt{10}-3")]
    [InlineData("\\binom{20}{10}")]
    [InlineData("1.2\\times10^{-3}")]
    [InlineData("3 \\cdot 2^{10}")]
    [InlineData("11\\frac{1}{4}")]
    [InlineData("\\$18.90")]
    public void A_gold_passes_in_its_own_form(string gold) =>
        Assert.True(Evaluated.Verify(gold, $"So it is $\\boxed{{{gold.Replace("\\frac", "\\dfrac")}}}$.").IsCorrect);
}
