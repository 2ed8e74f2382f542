using Tilt.Exact;
using Tilt.Rollouts;

namespace Tilt.Core.Tests.Exact;

public sealed class TabularLanguageModelTests
{
    private static readonly RandomStream Seeded = new(7, RandomDomain.Initialization, 0, 0, 0);

    // After the prompt [0]: token 1 with 0.25, token 2 (the end) with 0.75; after token 1 the other way round.
    private static readonly TabularLanguageModel TwoTokens =
        new(3, [2], 8, context => context[^1] == 1 ? [0, 0.75, 0.25] : [0, 0.25, 0.75]);

    [Fact]
    public void The_response_space_holds_finished_responses_and_unfinished_ones_of_the_limit()
    {
        var space = ResponseSpace.Enumerate(TwoTokens, [0], 3);

        Assert.Equal(["1,1,1", "1,1,2", "1,2", "2"], space.Responses.Select(response => string.Join(',', response.ResponseIds)));
        Assert.Equal([false, true, true, true], space.Responses.Select(response => response.Finished));
        double[] expected = [0.25 * 0.75 * 0.75, 0.25 * 0.75 * 0.25, 0.25 * 0.25, 0.75];
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], space.Law()[i], 1e-15);
        Assert.Equal(2, space.IndexOf([1, 2]));
        Assert.Equal(-1, space.IndexOf([1, 1]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void The_probabilities_of_all_responses_sum_to_one(int limit)
    {
        var model = TabularLanguageModel.Random(Seeded, 4, [1, 3], 16);
        var space = ResponseSpace.Enumerate(model, [0, 2], limit);
        Assert.Equal(1, space.Responses.Sum(response => Math.Exp(response.LogProbability)), 1e-12);
        Assert.Equal(1, space.PowerLaw(4).Sum(), 1e-12);
    }

    [Fact]
    public void The_power_law_is_the_law_to_that_power_renormalised()
    {
        var space = ResponseSpace.Enumerate(TabularLanguageModel.Random(Seeded, 4, [3], 16), [0], 4);
        double[] law = space.Law(), power = space.PowerLaw(2.5);
        double normaliser = law.Sum(p => Math.Pow(p, 2.5));
        for (int i = 0; i < law.Length; i++) Assert.Equal(Math.Pow(law[i], 2.5) / normaliser, power[i], 1e-13);
    }

    [Fact]
    public void Scores_are_the_log_probabilities_and_entropies_of_the_conditionals()
    {
        TokenScores score = TwoTokens.Score([new TokenSequence([0], [1, 2])])[0];
        Assert.Equal((float)Math.Log(0.25), score.LogProbabilities[0]);
        Assert.Equal((float)Math.Log(0.25), score.LogProbabilities[1]);
        double entropy = -(0.25 * Math.Log(0.25)) - (0.75 * Math.Log(0.75));
        Assert.Equal(entropy, score.Entropies[0], 1e-6);
        Assert.Equal(Math.Log(1.0 / 16), TwoTokens.TokenLogProbabilities([0], [1, 2]).Sum(), 1e-14);
    }

    [Fact]
    public void A_state_gives_the_same_numbers_as_the_model_after_steps_and_selections()
    {
        var model = TabularLanguageModel.Random(Seeded, 5, [4], 16);
        using IModelState state = model.Prefill([[0], [1, 2]]);
        state.Step([3, 0]);
        state.Select([1, 0, 1]);
        state.Step([2, 1, 3]);
        int[][] contexts = [[1, 2, 0, 2], [0, 3, 1], [1, 2, 0, 3]];
        Assert.Equal(3, state.BatchSize);
        float[] row = new float[5], entropies = new float[3], logProbabilities = new float[15];
        int[] tokens = new int[15];
        state.Entropies(entropies);
        state.TopK(5, tokens, logProbabilities);
        for (int i = 0; i < contexts.Length; i++)
        {
            double[] next = model.Next(contexts[i]);
            state.Row(i, row);
            for (int token = 0; token < 5; token++) Assert.Equal(Math.Log(next[token]), row[token], 1e-5);
            Assert.Equal(-next.Sum(p => p * Math.Log(p)), entropies[i], 1e-5);
            Assert.Equal(Enumerable.Range(0, 5).OrderByDescending(token => next[token]), tokens[(i * 5)..(i * 5 + 5)]);
            for (int rank = 0; rank < 5; rank++) Assert.Equal(row[tokens[i * 5 + rank]], logProbabilities[i * 5 + rank]);
        }
    }

    [Theory]
    [InlineData(0.0, 1)]
    [InlineData(0.249, 1)]
    [InlineData(0.251, 2)]
    [InlineData(0.999999, 2)]
    public void Sampling_inverts_the_distribution_function_over_ascending_ids(double uniform, int expected)
    {
        using IModelState state = TwoTokens.Prefill([[0]]);
        int[] tokens = new int[1];
        float[] sampling = new float[1], own = new float[1];
        state.Sample(1, [uniform], tokens, sampling, own);
        Assert.Equal(expected, tokens[0]);
        Assert.Equal(own[0], sampling[0]);
    }

    [Fact]
    public void A_tempered_state_samples_from_the_tempered_model()
    {
        // 0.25² : 0.75² is 1 : 9.
        using IModelState state = TwoTokens.Prefill([[0], [0], [0]]);
        int[] tokens = new int[3];
        float[] sampling = new float[3], own = new float[3];
        state.Sample(0.5f, [0.0999, 0.1001, 0.5], tokens, sampling, own);
        Assert.Equal([1, 2, 2], tokens);
        Assert.Equal((float)Math.Log(0.1), sampling[0], 1e-6);
        Assert.Equal((float)Math.Log(0.25), own[0]);
        Assert.Equal([0, 0.1, 0.9], TwoTokens.Tempered(0.5).Next([0]).Select(p => Math.Round(p, 12)));

        state.Sample(0, [0.0, 0.5, 0.99], tokens, sampling, own);
        Assert.Equal([2, 2, 2], tokens);
        Assert.Equal([0f, 0f, 0f], sampling);
    }

    [Fact]
    public void Wrong_prompts_and_distributions_are_refused()
    {
        Assert.Throws<ArgumentException>(() => TwoTokens.Prefill([[]]));
        Assert.Throws<ArgumentException>(() => TwoTokens.Prefill([[3]]));
        Assert.Throws<ArgumentException>(() => TwoTokens.Prefill([new int[9]]));
        Assert.Throws<ArgumentException>(() => ResponseSpace.Enumerate(TwoTokens, [0], 8));
        Assert.Throws<ArgumentException>(() => new TabularLanguageModel(2, [2], 8, _ => [0.5, 0.5]));
        Assert.Throws<InvalidOperationException>(() => new TabularLanguageModel(2, [1], 8, _ => [0.5, 0.6]).Next([0]));
        Assert.Throws<InvalidOperationException>(() => new TabularLanguageModel(2, [1], 8, _ => [1.5, -0.5]).Next([0]));
    }
}
