using Tilt.Verification.Extraction;

namespace Tilt.Verification.Tests;

public sealed class ExtractionTests
{
    [Theory]
    [InlineData("so \\boxed{5} and finally \\boxed{\\frac{1}{2}}.", "\\frac{1}{2}", ExtractionRule.Box)]
    [InlineData("\\fbox{7} it is", "7", ExtractionRule.Box)]
    [InlineData("\\boxed{1}, \\boxed{2} \\text{ and } \\boxed{3}", "1 or 2 or 3", ExtractionRule.JoinedBoxes)]
    [InlineData("\\boxed{1} or \\boxed{2}", "1 or 2", ExtractionRule.JoinedBoxes)]
    [InlineData("\\boxed{9} once more: \\boxed{9}", "9", ExtractionRule.Box)]
    [InlineData("2+2=4\n#### 4", "4", ExtractionRule.Hashes)]
    [InlineData("So the answer is 0", "0", ExtractionRule.AnswerPhrase)]
    [InlineData("Final Answer: The final answer is $28 \\%$. I hope it is correct.", "28 \\%", ExtractionRule.AnswerPhrase)]
    [InlineData("There are 12 distinct sequences that meet the conditions.", "12", ExtractionRule.LastNumber)]
    [InlineData("We find that $x \\lt 3$.", "x \\lt 3", ExtractionRule.LastFormula)]
    [InlineData("\\frac{1}{2}", "\\frac{1}{2}", ExtractionRule.Whole)]
    [InlineData("<think> \\boxed{1} </think> \\boxed{2}", "2", ExtractionRule.Box)]
    public void The_answer_is_found_by_the_first_rule_that_applies(string response, string answer, ExtractionRule rule)
    {
        ExtractedAnswer extracted = AnswerExtractor.Extract(response, VerifierOptions.Default);
        Assert.Equal((answer, rule), (extracted.Text, extracted.Rule));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<think> the answer is \\boxed{5}")]
    [InlineData("it is \\boxed{5")]
    [InlineData("\\boxed{}")]
    [InlineData("It could be 1, 2, 3, 4, or 5, who would know for sure")]
    public void A_response_without_an_answer_has_none(string response) =>
        Assert.Null(AnswerExtractor.Extract(response, VerifierOptions.Default).Text);

    [Fact]
    public void All_boxes_are_joined_on_request() =>
        Assert.Equal("1, 2",
            AnswerExtractor.Extract("\\boxed{1} plus some words \\boxed{2}", new VerifierOptions { Boxes = BoxSelection.All }).Text);

    [Fact]
    public void Without_fallback_prose_holds_no_answer() =>
        Assert.Null(AnswerExtractor.Extract("There are 12 of them in all, I think.",
            new VerifierOptions { LastExpressionFallback = false }).Text);
}
