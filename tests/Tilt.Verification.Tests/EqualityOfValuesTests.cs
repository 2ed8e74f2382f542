namespace Tilt.Verification.Tests;

/// <summary>
/// Values that are nearly, mostly or somewhere equal are not equal; each kind stands beside right answers that look like it.
/// </summary>
public sealed class EqualityOfValuesTests
{
    private static readonly Verifier Verifier = new();

    [Theory]
    [InlineData(@"\cosh 100", @"\frac{e^{100}}{2}")]
    [InlineData(@"\frac{(2+\sqrt3)^{2024}+(2-\sqrt3)^{2024}}{2}", @"\frac{(2+\sqrt3)^{2024}}{2}")]
    [InlineData(@"\tanh 120", "1")]
    [InlineData(@"\sqrt{10^{100}+1}", "10^{50}")]
    [InlineData(@"\sqrt{(10^{50}+1)(10^{50}-1)}", "10^{50}")]
    [InlineData(@"\ln(e^{300}+1)", "300")]
    [InlineData(@"\frac{1}{1+e^{-250}}", "1")]
    [InlineData(@"\sqrt2", @"\sqrt{2+10^{-80}}")]
    [InlineData(@"\sqrt2", @"\sqrt{2.0000000000000000000000000000000000000000000000000000000000000000000000000000000000000001}")]
    [InlineData(@"\ln 2", @"\ln 2+10^{-90}")]
    [InlineData(@"\sin 1", @"\sin(1+10^{-85})")]
    [InlineData("1", @"\cos(10^{-60})")]
    [InlineData(@"\frac{\pi}{2}", @"\arctan(10^{90})")]
    [InlineData("3^{49}", "3^{49+10^{-98}}")]
    [InlineData("x^2+1", "x^{2+10^{-80}}+1")]
    [InlineData(@"\sum_{j=1}^{p} j^2", @"\sum_{j=1}^{p} j^{2+10^{-87}}")]
    [InlineData(@"\lceil 11\sqrt4\rceil", @"\lceil 11\sqrt{4+10^{-81}}\rceil")]
    [InlineData(@"2\sin(r-r)", @"2\sin(r+(-r+10^{-81}))")]
    [InlineData("e^{-300y}+C", "C")]
    [InlineData("1-e^{-400y}", "1")]
    [InlineData(@"\sqrt[3]{10^{300}+1}", "10^{100}")]
    [InlineData(@"\lfloor \pi+10^{-80}\rfloor+\sin 1", @"3+\sin 1-10^{-79}")]
    public void A_part_that_is_lost_in_rounding_is_not_zero(string gold, string answer) => Refused(gold, answer);

    [Theory]
    [InlineData(@"\cosh 100", @"\frac{e^{100}+e^{-100}}{2}")]
    [InlineData(@"\frac{(2+\sqrt3)^{2024}+(2-\sqrt3)^{2024}}{2}", @"\frac{(7+4\sqrt3)^{1012}+(7-4\sqrt3)^{1012}}{2}")]
    [InlineData(@"\sqrt{10^{100}+2\cdot10^{50}+1}", "10^{50}+1")]
    [InlineData(@"\ln(e^{300}+1)", @"300+\ln(1+e^{-300})")]
    [InlineData(@"\tanh 120", @"\frac{e^{240}-1}{e^{240}+1}")]
    [InlineData(@"\sqrt[3]{2+\sqrt5}+\sqrt[3]{2-\sqrt5}", "1")]
    [InlineData(@"\cos 20^\circ\cos 40^\circ\cos 80^\circ", @"\frac18")]
    [InlineData(@"4\arctan\frac15-\arctan\frac1{239}", @"\frac{\pi}{4}")]
    public void Parts_of_any_size_are_compared(string gold, string answer) => Accepted(gold, answer);

    [Fact]
    public void What_no_precision_within_the_budget_can_tell_is_over_budget() =>
        Assert.Equal(VerdictStatus.OverBudget, Verifier.Verify(@"\ln(e^{90000}+1)", @"\boxed{90000}").Status);

    public static TheoryData<string> Letters
    {
        get
        {
            var letters = new TheoryData<string>();
            for (char c = 'a'; c <= 'z'; c++)
            {
                if (c is not ('e' or 'i')) letters.Add(c.ToString());
                letters.Add(char.ToUpperInvariant(c).ToString());
            }
            foreach (string name in new[] { @"\theta", @"\lambda", @"\mu", "x_1", "y_0" }) letters.Add(name);
            return letters;
        }
    }

    [Theory]
    [MemberData(nameof(Letters))]
    public void An_absolute_value_is_no_letter(string letter)
    {
        Refused($"|{letter}|", letter);
        Refused($"|{letter}|", "-" + letter);
        Refused($@"\sqrt{{{letter}^2}}", letter);
        Refused($@"\sqrt[4]{{{letter}^4}}", letter);
        Accepted($"|{letter}|", $@"\sqrt{{{letter}^2}}");
        Accepted($"|{letter}|", $"|-{letter}|");
    }

    [Theory]
    [InlineData("|ab|", "ab")]
    [InlineData(@"\sqrt{a^2b^2}", "ab")]
    [InlineData("|x|+|y|", "|x+y|")]
    [InlineData("|x+3|", "x+3")]
    [InlineData(@"\sqrt{x^2-10x+25}", "5-x")]
    [InlineData(@"\sqrt{x^2+8x+16}", "x+4")]
    [InlineData(@"\sqrt{4x^2-2000x+250000}", "500-2x")]
    [InlineData("|x-4|+|x+4|", "8")]
    [InlineData("|x-5000|", "5000-x")]
    [InlineData("||x|-7|", "7-|x|")]
    [InlineData(@"\max(x,40)", "40")]
    [InlineData("|x|", @"(\sqrt{x})^2")]
    [InlineData(@"\ln|x|", @"\ln x")]
    [InlineData(@"\arctan(\tan(\frac{x}{4}))", @"\frac{x}{4}")]
    [InlineData(@"\arcsin(\sin y)", "y")]
    [InlineData("|x-100y|", "100y-x")]
    [InlineData(@"\max((x-29)^2,x)", @"\max((x-29)^2,y)")]
    [InlineData(@"\sqrt{\frac87 sy+2}", @"\sqrt{|\frac87 sy|+2}")]
    [InlineData("e^{-8w}", "(-e)^{-8w}")]
    public void A_function_by_cases_is_none_of_its_branches(string gold, string answer) => Refused(gold, answer);

    [Theory]
    [InlineData(@"\sqrt{x^2-10x+25}", "|x-5|")]
    [InlineData("|x-4|+|x+4|", @"\frac{|2x-8|+|2x+8|}{2}")]
    [InlineData(@"\max(x,3)", @"\frac{x+3+|x-3|}{2}")]
    [InlineData("|ab|", "|a||b|")]
    [InlineData("||x|-7|", @"\sqrt{x^2-14|x|+49}")]
    [InlineData("|x^2-x|", "|x||x-1|")]
    [InlineData(@"\sqrt{ab}", @"\sqrt a\sqrt b")]
    [InlineData(@"\ln\frac{x-1}{x+1}", @"\ln(x-1)-\ln(x+1)")]
    public void Cases_may_be_written_in_any_way(string gold, string answer) => Accepted(gold, answer);

    [Theory]
    [InlineData(@"\lfloor n/20 \rfloor", "0")]
    [InlineData(@"\lfloor n/2000 \rfloor", "0")]
    [InlineData(@"n-\lfloor n/11\rfloor", "n")]
    [InlineData(@"\lceil n/100\rceil", "1")]
    [InlineData(@"\min(n,50)", "n")]
    [InlineData(@"\lfloor x\rfloor", @"x-\frac12")]
    [InlineData(@"\lceil n/2\rceil", @"\lfloor n/2\rfloor")]
    [InlineData("(-1)^n", "1")]
    [InlineData(@"\lfloor\sqrt n\rfloor", @"\sqrt n")]
    [InlineData(@"\lceil x\rceil", @"\lfloor x\rfloor+1")]
    [InlineData(@"\lfloor \frac{s}{92}\rfloor", @"\lfloor \frac{s}{92+10^{-20}}\rfloor")]
    public void Floors_differ_where_they_step(string gold, string answer) => Refused(gold, answer);

    [Theory]
    [InlineData(@"\lceil n/2\rceil", @"\lfloor (n+1)/2\rfloor")]
    [InlineData(@"\lfloor n/2\rfloor", @"\frac{2n-1+(-1)^n}{4}")]
    [InlineData(@"\lfloor n/3\rfloor+\lfloor (n+1)/3\rfloor+\lfloor (n+2)/3\rfloor", "n")]
    [InlineData(@"\lfloor \frac{n^2}{4}\rfloor", @"\lfloor n/2\rfloor\lceil n/2\rceil")]
    [InlineData(@"(-1)^{n+1}", @"-(-1)^{n}")]
    [InlineData(@"\lceil x\rceil", @"-\lfloor -x\rfloor")]
    public void Floors_are_equal_when_they_are_for_every_residue(string gold, string answer) => Accepted(gold, answer);

    [Theory]
    [InlineData("1", @"\frac{\infty}{\infty}")]
    [InlineData("0", @"\infty-\infty")]
    [InlineData("0", @"0\cdot\infty")]
    [InlineData("1", @"\infty^0")]
    [InlineData("1", @"1^\infty")]
    [InlineData("2", @"\frac{2\infty}{\infty}")]
    [InlineData(@"\infty", @"\infty-\infty")]
    [InlineData(@"\infty", @"-\infty")]
    [InlineData(@"\infty", "10^{100}")]
    [InlineData("0", @"\frac00")]
    [InlineData(@"\emptyset", @"\{\emptyset\}")]
    public void What_is_undefined_equals_nothing(string gold, string answer) => Refused(gold, answer);

    [Theory]
    [InlineData(@"\infty", @"+\infty")]
    [InlineData(@"\infty", @"2\infty+1")]
    [InlineData(@"-\infty", @"5-\infty")]
    [InlineData("0", @"\frac{1}{\infty}")]
    [InlineData(@"\frac{\pi}{2}", @"\arctan\infty")]
    public void Infinity_is_a_value(string gold, string answer) => Accepted(gold, answer);

    [Theory]
    [InlineData(@"\lfloor x\rfloor", @"\lfloor x+10^{-40}\rfloor")]
    [InlineData(@"\lfloor x\rfloor", @"\lfloor x+10^{-300}\rfloor")]
    [InlineData("3^{49}", "3^{49+10^{-98}}")]
    [InlineData("3^{49}", "3^{49+10^{-300}}")]
    [InlineData("x^2", "x^{2+10^{-150}}")]
    [InlineData("2^x", "(2+10^{-98})^x")]
    [InlineData(@"\sin x", @"\sin(x+10^{-150})")]
    [InlineData("x^2", "(1+10^{-300})x^2")]
    public void However_small_an_addend_is_it_is_not_lost(string gold, string answer) => Refused(gold, answer);

    [Theory]
    [InlineData(@"\left|4(a+1)(7a+6)(a-1)^{2}\right|", "4(a+1)(7a+6)(a-1)^{2}", @"4\left|(7a+6)(a+1)\right|(1-a)^2")]
    [InlineData(@"-\pi r^{3}+r+r^{3}r+7", @"\left|-\pi r^{3}+r+r^{3}r+7\right|", @"r^4-\pi r^3+r+7")]
    [InlineData(@"\frac{c+\sqrt{c+5c^{2}}}{5}", @"\frac{\left|c+\sqrt{c+5c^{2}}\right|}{5}", @"\frac{c}{5}+\frac{\sqrt{5c^2+c}}{5}")]
    [InlineData(@"\sqrt{y^3-v^3}", @"\sqrt{y^3-|v|^3}", @"\sqrt{-v^3+y^3}")]
    [InlineData(@"\binom{|q|+4}{2}", @"\binom{q+4}{2}", @"\frac{(|q|+4)(|q|+3)}{2}")]
    [InlineData(@"\binom{|c|+3}{6}", @"\binom{c+3}{6}", @"\binom{3+|c|}{6}")]
    [InlineData(@"(-1)^{J}\left|J\phi\right|", @"(-1)^{J}J\phi", @"(-1)^{J}|J||\phi|")]
    [InlineData(@"\frac{\left|o+\sqrt{2h-5o^{3}}\right|}{6}", @"\frac{o+\sqrt{2h-5o^{3}}}{6}",
        @"\left|\frac{o+\sqrt{2h-5o^{3}}}{6}\right|")]
    public void Bars_are_not_lost_where_their_content_is_negative_in_a_narrow_window(string gold, string wrong, string right)
    {
        Refused(gold, wrong);
        Accepted(gold, right);
    }

    private static void Accepted(string gold, string answer) =>
        Assert.True(Verifier.Matches(gold, answer), $"{gold} ← {answer}: {Verifier.Verify(gold, answer)}");

    private static void Refused(string gold, string answer) =>
        Assert.False(Verifier.Matches(gold, answer), $"{gold} ← {answer}: {Verifier.Verify(gold, answer)}");
}
