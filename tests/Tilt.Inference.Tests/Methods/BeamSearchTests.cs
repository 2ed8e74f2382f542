using Tilt.Exact;
using Tilt.Inference.Methods.Beams;
using Tilt.Inference.Methods.Contracts;
using Tilt.Rollouts;

namespace Tilt.Inference.Tests.Methods;

public sealed class BeamSearchTests
{
    // Prompt [0]. Ending at once has 0.4, going on with token 1 has 0.6; then 1 always goes on with 0.9 and ends with 0.1,
    // and token 2 is the end.
    private static readonly TabularLanguageModel Chain = new(3, [2], 16, context => context[^1] == 1 ? [0, 0.9, 0.1] : [0, 0.6, 0.4]);

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    [InlineData(2.0)]
    public void A_wide_beam_finds_the_best_response_of_all(double penalty)
    {
        for (uint seed = 0; seed < 20; seed++)
        {
            TabularLanguageModel model = ExactLaw.Model(seed);
            var space = ResponseSpace.Enumerate(model, [0], 5);
            ExactResponse best =
                space.Responses.MaxBy(response => response.LogProbability / Math.Pow(response.ResponseIds.Length, penalty))!;
            BeamHypothesis found = Search(model, [0], 5, new BeamSearchOptions { Width = 64, LengthPenalty = penalty });
            Assert.Equal(best.ResponseIds, found.Completion.ResponseIds);
            Assert.Equal(best.LogProbability / Math.Pow(best.ResponseIds.Length, penalty), found.Score, 1e-5);
            Assert.Equal(best.LogProbability, found.Completion.LogProbability, 1e-5);
        }
    }

    [Fact]
    public void A_narrow_beam_can_miss_the_mode()
    {
        // Token 0 leads with 0.55 but spreads out after it; token 1 with 0.45 ends surely.
        var model = new TabularLanguageModel(4, [3], 8,
            context => context.Length == 1 ? [0.55, 0.45, 0, 0] : context[^1] == 1 ? [0, 0, 0, 1] : [0.2, 0.2, 0.2, 0.4]);
        Assert.Equal([0, 3], Search(model, [0], 2, new BeamSearchOptions { Width = 1 }).Completion.ResponseIds);
        Assert.Equal([1, 3], Search(model, [0], 2, new BeamSearchOptions { Width = 2 }).Completion.ResponseIds);
    }

    [Theory]
    [InlineData(0.0, "2", 0.4)]
    [InlineData(1.0, "1,1,1,1", 0.6 * 0.9 * 0.9 * 0.9)]
    public void The_length_penalty_changes_the_winner(double penalty, string expected, double probability)
    {
        // log 0.4 = -0.916; log(0.6·0.9³) = -0.827, so unpenalised the long one wins too by sum at L = 4; at L = 6 it has
        // log(0.6·0.9⁵) = -1.038 and loses.
        int limit = penalty == 0 ? 6 : 4;
        BeamHypothesis found = Search(Chain, [0], limit, new BeamSearchOptions { Width = 2, LengthPenalty = penalty });
        Assert.Equal(expected, string.Join(',', found.Completion.ResponseIds));
        Assert.Equal(Math.Log(probability) / Math.Pow(found.Completion.Length, penalty), found.Score, 1e-6);
        Assert.Equal(penalty == 0 ? StopReason.EndOfSequence : StopReason.Length, found.Completion.StopReason);
    }

    [Fact]
    public void At_the_same_limit_penalty_0_takes_the_short_response_and_penalty_1_the_long_one()
    {
        Assert.Equal([2], Search(Chain, [0], 6, new BeamSearchOptions { Width = 2, LengthPenalty = 0 }).Completion.ResponseIds);
        BeamHypothesis mean = Search(Chain, [0], 6, new BeamSearchOptions { Width = 2, LengthPenalty = 1 });
        Assert.Equal([1, 1, 1, 1, 1, 1], mean.Completion.ResponseIds);
        Assert.Equal((Math.Log(0.6) + 5 * Math.Log(0.9)) / 6, mean.Score, 1e-6);
    }

    [Fact]
    public void A_continuation_that_ends_counts_only_if_it_ranks_among_the_first_width()
    {
        // With one beam the end ranks second at the first step (0.4 against 0.6), so ending at once is never a hypothesis.
        BeamHypothesis[] found = new BeamSearch(Chain, new BeamSearchOptions { Width = 1 })
            .Search([[0]], 6, TestContext.Current.CancellationToken).Hypotheses[0];
        Assert.Equal([1, 1, 1, 1, 1, 1], Assert.Single(found).Completion.ResponseIds);
    }

    [Fact]
    public void Early_stopping_ends_with_the_first_finished_hypotheses()
    {
        // After the prompt the end leads with 0.6; the other way has mean log-probability close to 0 later on.
        var model = new TabularLanguageModel(3, [2], 32, context => context[^1] == 1 ? [0, 0.999, 0.001] : [0, 0.4, 0.6]);
        var options = new BeamSearchOptions { Width = 1, LengthPenalty = 1 };
        Assert.Equal([2], Search(model, [0], 12, options with { EarlyStopping = true }).Completion.ResponseIds);
        Assert.Equal([2], Search(model, [0], 12, options).Completion.ResponseIds);

        // Two beams: [2] finishes, [1] runs on with the better mean, which only the patient search finds.
        BeamSearchResult hasty = new BeamSearch(model, options with { Width = 2, EarlyStopping = true })
            .Search([[0]], 12, TestContext.Current.CancellationToken);
        BeamSearchResult patient =
            new BeamSearch(model, options with { Width = 2 }).Search([[0]], 12, TestContext.Current.CancellationToken);
        Assert.Equal([2], hasty.Hypotheses[0][0].Completion.ResponseIds);
        Assert.Equal(12, patient.Hypotheses[0][0].Completion.Length);
        Assert.True(hasty.Cost.TokensForward < patient.Cost.TokensForward);
    }

    [Fact]
    public void Hypotheses_are_distinct_possible_and_listed_best_first()
    {
        TabularLanguageModel model = ExactLaw.Model(3, vocabularySize: 5);
        var space = ResponseSpace.Enumerate(model, [1], 5);
        BeamHypothesis[] found = new BeamSearch(model, new BeamSearchOptions { Width = 4, LengthPenalty = 0.7 })
            .Search([[1]], 5, TestContext.Current.CancellationToken).Hypotheses[0];
        Assert.Equal(4, found.Length);
        Assert.Equal(4,
            found.Select(hypothesis => space.IndexOf(hypothesis.Completion.ResponseIds)).Where(index => index >= 0).Distinct().Count());
        Assert.Equal(found.OrderByDescending(hypothesis => hypothesis.Score), found);
    }

    [Fact]
    public void Several_end_of_sequence_ids_and_certain_ends_are_handled()
    {
        var model = new TabularLanguageModel(3, [1, 2], 16, context => context.Length == 1 ? [0.2, 0.5, 0.3] : [0, 0.5, 0.5]);
        BeamHypothesis[] found = new BeamSearch(model, new BeamSearchOptions { Width = 3 })
            .Search([[0]], 5, TestContext.Current.CancellationToken).Hypotheses[0];
        Assert.Equal(["1", "2", "0,1"], found.Select(hypothesis => string.Join(',', hypothesis.Completion.ResponseIds)));
    }

    [Fact]
    public void Problems_searched_together_give_what_each_gives_alone()
    {
        TabularLanguageModel model = ExactLaw.Model(11, vocabularySize: 6);
        int[][] prompts = [[0], [1], [2, 3], [4], [0, 0, 5], [1, 1]];
        foreach (bool early in new[] { false, true })
        {
            var options = new BeamSearchOptions { Width = 3, LengthPenalty = 0.8, EarlyStopping = early };
            BeamSearchResult together = new BeamSearch(model, options).Search(prompts, 8, TestContext.Current.CancellationToken);
            BeamSearchResult inPairs =
                new BeamSearch(model, options) { MaxBatchSize = 6 }.Search(prompts, 8, TestContext.Current.CancellationToken);
            var cost = new GenerationCost();
            for (int i = 0; i < prompts.Length; i++)
            {
                BeamSearchResult alone = new BeamSearch(model, options).Search([prompts[i]], 8, TestContext.Current.CancellationToken);
                Completion[] expected = [.. alone.Hypotheses[0].Select(hypothesis => hypothesis.Completion)];
                ExactLaw.AssertSameCompletions(expected, [.. together.Hypotheses[i].Select(hypothesis => hypothesis.Completion)]);
                ExactLaw.AssertSameCompletions(expected, [.. inPairs.Hypotheses[i].Select(hypothesis => hypothesis.Completion)]);
                cost += alone.Cost;
            }
            Assert.Equal(cost, together.Cost);
            Assert.Equal(cost, inPairs.Cost);
        }
    }

    [Fact]
    public async Task As_a_method_it_gives_the_best_hypothesis_once()
    {
        var search = new BeamSearch(Chain, new BeamSearchOptions { Width = 2 });
        MethodOutput output = await search.RunAsync(
            [new InferenceRequest([0], 0)], new InferenceSettings { MaxNewTokens = 6, Outputs = 16 },
            TestContext.Current.CancellationToken);
        Assert.Equal([2], Assert.Single(Assert.Single(output.Outputs)).ResponseIds);
        Assert.True(search.IsDeterministic);
    }

    [Fact]
    public async Task As_a_method_it_gives_the_best_hypotheses_with_their_scores_where_asked()
    {
        var search = new BeamSearch(Chain, new BeamSearchOptions { Width = 3 });
        BeamHypothesis[] found = search.Search([[0]], 6, TestContext.Current.CancellationToken).Hypotheses[0];
        foreach (int ranked in (int[])[1, 2, 16])
        {
            MethodOutput output = await search.RunAsync(
                [new InferenceRequest([0], 0)], new InferenceSettings { MaxNewTokens = 6, Ranked = ranked },
                TestContext.Current.CancellationToken);
            ExactLaw.AssertSameCompletions([.. found.Take(ranked).Select(hypothesis => hypothesis.Completion)],
                Assert.Single(output.Outputs));
            Assert.Equal(found.Take(ranked).Select(hypothesis => hypothesis.Score), Assert.Single(output.Scores!));
        }
    }

    private static BeamHypothesis Search(TabularLanguageModel model, int[] prompt, int limit, BeamSearchOptions options) =>
        new BeamSearch(model, options).Search([prompt], limit, TestContext.Current.CancellationToken).Hypotheses[0][0];
}
