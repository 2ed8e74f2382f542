using System.Globalization;
using System.Text.RegularExpressions;
using Tilt.Configuration;
using Tilt.Rollouts;
using Tilt.Tasks.Embedded;

namespace Tilt.Core.Tests.Tasks.Embedded;

public sealed class CorpusTests
{
    private const int Count = 40_000;

    // Two-sided false-alarm rate of one comparison is 4e-8; fewer than 25 comparisons are made a test.
    private const double Deviations = 5.5;

    private static readonly CorpusMixture Mixture = new();
    private static readonly CorpusDocument[] Documents = [.. Enumerable.Range(0, Count).Select(i => new Corpus(Mixture, 42)[(uint)i])];

    [Fact]
    public void Shares_of_styles_are_those_of_the_mixture_on_every_level()
    {
        foreach (int level in EmbeddedProblems.Levels)
        {
            var documents = Documents.Where(document => document.Chain.Level == level).ToArray();
            AssertShare(0.25, documents.Length, Count);
            for (int style = 0; style < 4; style++)
                AssertShare(Mixture.Levels[level - 1].Weights[style], documents.Count(document => (int)document.Style == style),
                    documents.Length);
        }
    }

    [Fact]
    public void The_direct_style_is_right_as_often_as_it_should_be()
    {
        foreach (int level in EmbeddedProblems.Levels)
        {
            var answers = Documents.Where(document => document.Chain.Level == level && document.Style == ResponseStyle.Direct).ToArray();
            // A wrong guess is off by a rounded normal number, which is 0 with this probability.
            double deviation = 4 + 3 * level, right = Mixture.Direct.Right[level - 1];
            double zero = 0.5 / deviation * 2 / Math.Sqrt(2 * Math.PI);
            int observed = answers.Count(IsRight);
            Assert.InRange(observed, Low(right, answers.Length), High(right + (1 - right) * 2 * zero, answers.Length));
        }
    }

    [Fact]
    public void Slips_are_as_frequent_as_they_should_be()
    {
        var careful = Documents.Where(document => document.Style == ResponseStyle.Careful).SelectMany(Steps).ToArray();
        AssertShare(0.005, careful.Count(step => !step.Right), careful.Length);
        var hurried = Documents.Where(document => document.Style == ResponseStyle.Hurried).SelectMany(Steps).ToArray();
        foreach (int operations in (int[])[1, 2, 3])
        {
            var group = hurried.Where(step => step.Operations == operations).ToArray();
            AssertShare(1 - Math.Pow(0.96, operations), group.Count(step => !step.Right), group.Length);
        }
        Assert.All(careful, step => Assert.Equal(1, step.Operations));
        Assert.All(hurried, step => Assert.InRange(step.Operations, 1, 3));
    }

    [Fact]
    public void A_response_boxes_the_result_of_its_own_working()
    {
        foreach (var document in Documents.Where(document => document.Style is ResponseStyle.Careful or ResponseStyle.Hurried))
            Assert.Equal(Regex.Match(document.Response, @"=(-?\d+)[^=]*$").Groups[1].Value,
                ChainedArithmeticReward.LastBox(document.Response));
    }

    [Fact]
    public void Give_ups_abstain_and_their_texts_have_their_weights()
    {
        var texts = Documents.Where(document => document.Style == ResponseStyle.GiveUp).Select(document => document.Response).ToArray();
        foreach (var phrase in Mixture.GiveUps)
        {
            AssertShare(phrase.Weight, texts.Count(text => text == phrase.Text), texts.Length);
            Assert.Null(ChainedArithmeticReward.Score(new(new Problem("p", "1+1", "2"), phrase.Text)).Answer);
        }
    }

    [Fact]
    public void The_style_is_recognised_from_the_text()
    {
        foreach (var document in Documents)
        {
            var recognised = ResponseStyles.Classify(document.Response);
            bool ambiguous = document is { Chain.Level: 1, Style: ResponseStyle.Hurried } && document.Response.Contains('.');
            Assert.Equal(ambiguous ? ResponseStyle.Careful : document.Style, recognised);
        }
        Assert.Equal(ResponseStyle.Other, ResponseStyles.Classify("First 3*4=12. Then 12+"));
        Assert.Equal(ResponseStyle.Other, ResponseStyles.Classify("12 \\boxed{3}"));
        Assert.Equal(ResponseStyle.Hurried, ResponseStyles.Classify("2+3=5-1=4\\boxed{4}"));
        Assert.Equal(ResponseStyle.GiveUp, ResponseStyles.Classify(""));
    }

    [Fact]
    public void A_document_depends_only_on_its_index_and_the_seed()
    {
        Assert.Equal(Documents[17].Response, new Corpus(Mixture, 42)[17].Response);
        Assert.NotEqual(Enumerable.Range(0, 9).Select(i => new Corpus(Mixture, 42)[(uint)i].Prompt),
            Enumerable.Range(0, 9).Select(i => new Corpus(Mixture, 43)[(uint)i].Prompt));
    }

    [Theory]
    [InlineData("levels=[{careful: 1}]", "levels")]
    [InlineData("careful.connectives=11", "only 10")]
    [InlineData("hurried.operation_weights=[-1, 2]", "operation_weights")]
    [InlineData("hurried.ending_weights=[1, 2]", "ending_weights")]
    [InlineData("hurried.slip=1.5", "slip")]
    [InlineData("direct.right=[1, 1, 1]", "right")]
    [InlineData("give_ups=[]", "give_ups")]
    public void Impossible_mixtures_are_refused_with_the_place(string setting, string part) =>
        Assert.Contains(part, Assert.Throws<InputException>(() => ConfigurationReader.Read<CorpusMixture>(null, [setting])).Message);

    private static void AssertShare(double share, int observed, int count) =>
        Assert.InRange(observed, Low(share, count), High(share, count));

    // One more than the normal interval: a binomial count is a whole number.
    private static double Low(double share, int count) => share * count - Deviations * Math.Sqrt(share * (1 - share) * count) - 1;

    private static double High(double share, int count) => share * count + Deviations * Math.Sqrt(share * (1 - share) * count) + 1;

    private static bool IsRight(CorpusDocument document) =>
        ChainedArithmeticReward.LastBox(document.Response) == document.Chain.Answer.ToString(CultureInfo.InvariantCulture);

    // Every left-hand side and result in a working; in a running chain a result is also the start of the next left-hand side.
    private static IEnumerable<(int Operations, bool Right)> Steps(CorpusDocument document)
    {
        foreach (string sentence in document.Response.Split('.', ';'))
        {
            string[] parts = Regex.Match(sentence.Split("\\boxed", 2)[0], @"-?\d.*$").Value.Split('=');
            for (int i = 1; i < parts.Length; i++)
                yield return (Regex.Count(parts[i - 1], @"(?<=\d)[-+*]"), Evaluate(parts[i - 1]) == Leading(parts[i]));
        }
    }

    private static int Leading(string text) => int.Parse(Regex.Match(text, @"^-?\d+").Value, CultureInfo.InvariantCulture);

    private static int Evaluate(string expression) => Regex.Matches(expression, @"(?:(?<=\d)|^)([-+]?)(\d+)(?:\*(\d+))?").Sum(match =>
        (match.Groups[1].Value == "-" ? -1 : 1) * int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)
        * (match.Groups[3].Success ? int.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture) : 1));
}
