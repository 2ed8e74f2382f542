using Tilt.Exact;
using Tilt.Inference.Methods.Candidates;
using Tilt.Inference.Methods.Contracts;
using Tilt.Inference.Methods.Sampling;

namespace Tilt.Inference.Tests.Methods;

public sealed class MajorityVoteTests
{
    [Theory]
    [InlineData(new[] { "3", "4", "4" }, 0.0, 1)]
    [InlineData(new[] { "3", null, null, null }, 0.9, 0)]
    [InlineData(new[] { null, "7", "5", "5", "7", "5" }, 0.99, 2)]
    [InlineData(new string?[] { null, null }, 0.5, -1)]
    [InlineData(new string?[0], 0.5, -1)]
    [InlineData(new[] { "a", "b", "a", "b", "c" }, 0.49, 0)]
    [InlineData(new[] { "a", "b", "a", "b", "c" }, 0.5, 1)]
    [InlineData(new[] { "a", "A" }, 0.999, 1)]
    public void Most_votes_win_abstentions_do_not_count_and_ties_are_drawn(string?[] answers, double uniform, int expected) =>
        Assert.Equal(expected, MajorityVote.IndexOfWinner(answers, uniform));

    [Fact]
    public async Task Every_output_is_voted_on_by_fresh_samples_and_ties_are_broken_evenly()
    {
        // The first token is the answer: 0 and 1 equally likely, token 2 abstains, token 3 ends.
        var model = new TabularLanguageModel(4, [3], 8, context => context.Length == 1 ? [0.4, 0.4, 0.2, 0] : [0, 0, 0, 1]);
        var vote = new MajorityVote(new LanguageModelSampler(model), 2, Read);
        const int Outputs = 20_000;
        MethodOutput output = await vote.RunAsync(
            [new InferenceRequest([0], 0)], new InferenceSettings { MaxNewTokens = 4, Outputs = Outputs },
            TestContext.Current.CancellationToken);
        double abstained = output.Outputs[0].Count(completion => completion.ResponseIds[0] == 2) / (double)Outputs;
        double first = output.Outputs[0].Count(completion => completion.ResponseIds[0] == 0) / (double)Outputs;
        // Two votes: abstention has 0.2², either answer half of the rest. Hoeffding: false alarm below 1e-6 at 0.02.
        Assert.Equal(0.04, abstained, 0.02);
        Assert.Equal(0.48, first, 0.02);
        Assert.Equal(Outputs * 2 * 2, output.Cost.TokensGenerated);
    }

    [Fact]
    public async Task A_vote_is_for_the_problem_it_belongs_to()
    {
        TabularLanguageModel model = ExactLaw.Model();
        var seen = new List<uint>();
        var vote = new MajorityVote(new LanguageModelSampler(model), 3, (responses, _) =>
        {
            seen.AddRange(responses.Select(response => response.Problem));
            return ValueTask.FromResult(new string?[responses.Count]);
        });
        MethodOutput output = await vote.RunAsync(
            [new InferenceRequest([0], 7), new InferenceRequest([1], 9)], new InferenceSettings { MaxNewTokens = 3, Outputs = 2 },
            TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Repeat(7u, 6).Concat(Enumerable.Repeat(9u, 6)), seen);
        Assert.All(output.Outputs, outputs => Assert.Equal(2, outputs.Length));
    }

    private static ValueTask<string?[]> Read(IReadOnlyList<CandidateResponse> responses, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Array.ConvertAll([.. responses],
            response => response.Completion.ResponseIds[0] == 2 ? null : $"{response.Completion.ResponseIds[0]}"));
}
