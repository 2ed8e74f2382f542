using System.Net;
using System.Text;
using Tilt.Rewards;
using Tilt.Rollouts;

namespace Tilt.Core.Tests.Rewards;

public sealed class RewardTests
{
    private static readonly Problem Problem = new("p1", "One half?", "\\frac12");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_mathematics_reward_scores_equal_values_and_names_their_class()
    {
        RewardScore[] scores = await new MathReward()
            .ScoreAsync(Responses("\\boxed{0.5}", "\\boxed{2/4}", "\\boxed{2}", "\\boxed{}", "\\boxed{9^{9^{9^9}}}"), Token);
        Assert.Equal([1, 1, 0, 0, 0], scores.Select(score => score.Value));
        Assert.Equal([RewardOutcome.Correct, RewardOutcome.Correct, RewardOutcome.Incorrect, RewardOutcome.Unparsable,
            RewardOutcome.OverBudget], scores.Select(score => score.Outcome));
        Assert.Equal(scores[0].Answer, scores[1].Answer);
        Assert.Null(scores[3].Answer);
    }

    [Fact]
    public async Task An_unreadable_gold_names_its_problem()
    {
        ScoredResponse[] bad = [new(new Problem("p7", "?", "\\frac{1}{"), "\\boxed{1}")];
        InputException error = await Assert.ThrowsAsync<InputException>(async () => await new MathReward().ScoreAsync(bad, Token));
        Assert.Contains("p7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exact_match_wants_the_letters()
    {
        RewardScore[] scores = await new ExactMatchReward().ScoreAsync(Responses("\\boxed{\\frac12}", "\\boxed{0.5}"), Token);
        Assert.Equal([1, 0], scores.Select(score => score.Value));
    }

    [Fact]
    public async Task A_pattern_with_an_answer_group_compares_it()
    {
        RewardScore[] scores = await new RegexReward(@"<answer>(?<answer>.*?)</answer>")
            .ScoreAsync(Responses("<answer> \\frac12 </answer>", "<answer>1</answer>", "1/2"), Token);
        Assert.Equal([RewardOutcome.Correct, RewardOutcome.Incorrect, RewardOutcome.Unparsable], scores.Select(score => score.Outcome));
        Assert.Throws<InputException>(() => new RegexReward("(unclosed"));
        Assert.Throws<InputException>(() => new RegexReward(@"(a)\1"));
    }

    [Fact]
    public async Task Format_wants_a_box_after_one_thinking_block()
    {
        RewardScore[] scores = await new FormatReward(requireThinking: true)
            .ScoreAsync(Responses("<think>a</think>\\boxed{1}", "\\boxed{1}", "<think>a</think> 1"), Token);
        Assert.Equal([1, 0, 0], scores.Select(score => score.Value));
    }

    [Fact]
    public async Task Length_falls_linearly_between_its_limits()
    {
        RewardScore[] scores =
            await new LengthReward(10, 20).ScoreAsync(Responses(new string('a', 10), new string('a', 15), new string('a', 99)), Token);
        Assert.Equal([0, -0.5, -1], scores.Select(score => score.Value));
        Assert.Throws<InputException>(() => new LengthReward(5, 5));
    }

    [Fact]
    public async Task A_weighted_sum_adds_and_keeps_the_first_outcome()
    {
        var sum = new WeightedSumReward([(new MathReward(), 1), (new FormatReward(), 0.25)]);
        RewardScore[] scores = await sum.ScoreAsync(Responses("\\boxed{1/2}", "\\boxed{3}", "1/2"), Token);
        Assert.Equal([1.25, 0.25, 1], scores.Select(score => score.Value));
        Assert.Equal([RewardOutcome.Correct, RewardOutcome.Incorrect, RewardOutcome.Correct], scores.Select(score => score.Outcome));
    }

    [Fact]
    public async Task The_http_reward_batches_and_tries_again_after_a_failure()
    {
        var service = new ScriptedService((503, "busy"), (200, """{"scores":[1,{"value":0,"outcome":"unparsable"}]}"""),
            (200, """{"scores":[{"value":0.5,"answer":"x"}]}"""));
        using var client = new HttpClient(service);
        RewardScore[] scores = await new HttpReward(client, Options()).ScoreAsync(Responses("a", "b", "c"), Token);
        Assert.Equal([1, 0, 0.5], scores.Select(score => score.Value));
        Assert.Equal([RewardOutcome.Correct, RewardOutcome.Unparsable, RewardOutcome.Correct], scores.Select(score => score.Outcome));
        Assert.Equal(3, service.Requests);
    }

    [Theory]
    [InlineData(400, "no such task", "400")]
    [InlineData(200, """{"scores":[1]}""", "1 scores for 2")]
    [InlineData(200, "<html>", "no list of scores")]
    [InlineData(503, "busy", "after 2 tries")]
    public async Task A_service_that_fails_is_reported_in_a_sentence(int status, string body, string expected)
    {
        using var client = new HttpClient(new ScriptedService((status, body), (status, body)));
        InputException error = await Assert.ThrowsAsync<InputException>(
            async () => await new HttpReward(client, Options()).ScoreAsync(Responses("a", "b"), Token));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static HttpRewardOptions Options() =>
        new() { Endpoint = new Uri("http://localhost/score"), BatchSize = 2, Attempts = 2, FirstDelay = TimeSpan.Zero };

    private static ScoredResponse[] Responses(params string[] texts) => Array.ConvertAll(texts, text => new ScoredResponse(Problem, text));

    private sealed class ScriptedService(params (int Status, string Body)[] replies) : HttpMessageHandler
    {
        public int Requests { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (int status, string body) = replies[Requests++];
            return Task.FromResult(new HttpResponseMessage((HttpStatusCode)status)
            {
                Content = new StringContent(body, Encoding.UTF8, "application/json")
            });
        }
    }
}
