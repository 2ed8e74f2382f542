using System.Globalization;
using Tilt.Exact;
using Tilt.Inference.Methods.Candidates;
using Tilt.Inference.Methods.Contracts;
using Tilt.Inference.Methods.Sampling;
using Tilt.Rollouts;

namespace Tilt.Inference.Tests.Methods;

public sealed class SamplingMethodTests
{
    private static readonly int[] Prompt = [0];

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.5)]
    public async Task Temperature_sampling_has_the_law_of_the_tempered_conditionals(double temperature)
    {
        const int Samples = 40_000, Limit = 4;
        TabularLanguageModel model = ExactLaw.Model();
        MethodOutput output = await Run(new TemperatureSampling(Sampler(model), temperature), Samples, Limit);
        var space = ResponseSpace.Enumerate(model, Prompt, Limit);
        TabularLanguageModel tempered = model.Tempered(temperature);
        double[] law =
            [.. space.Responses.Select(response => Math.Exp(tempered.TokenLogProbabilities(Prompt, response.ResponseIds).Sum()))];
        Assert.True(ExactLaw.TotalVariation(output.Outputs[0], space, law) < ExactLaw.Bound(law.Length, Samples));
    }

    [Theory]
    [InlineData(LikelihoodCriterion.Sequence)]
    [InlineData(LikelihoodCriterion.MeanPerToken)]
    public async Task Best_of_n_has_the_law_of_the_best_of_n_draws(LikelihoodCriterion criterion)
    {
        const int Samples = 30_000, Limit = 4, N = 3;
        TabularLanguageModel model = ExactLaw.Model();
        MethodOutput output =
            await Run(new BestOfN(Sampler(model), new BestOfNOptions { Candidates = N, Criterion = criterion }), Samples, Limit);
        var space = ResponseSpace.Enumerate(model, Prompt, Limit);
        double[] law = LawOfBest(space, N, criterion);
        Assert.Equal(1, law.Sum(), 1e-12);
        double bound = ExactLaw.Bound(law.Length, Samples);
        Assert.True(ExactLaw.TotalVariation(output.Outputs[0], space, law) < bound);
        Assert.True(ExactLaw.Distance(law, space.Law()) > 2 * bound);
        Assert.True(ExactLaw.Distance(law, LawOfBest(space, N - 1, criterion)) > 2 * bound);
    }

    /// <summary>Every set of candidates that the implementation can draw, enumerated.</summary>
    [Theory]
    [InlineData("likelihood", 3)]
    [InlineData("mean-likelihood", 3)]
    [InlineData("reward", 3)]
    [InlineData("reward", 1)]
    public void The_implementation_of_best_of_n_has_the_law_of_the_formula(string criterion, int n)
    {
        const int Limit = 2;
        TabularLanguageModel model = ExactLaw.Model(9);
        var space = ResponseSpace.Enumerate(model, Prompt, Limit);
        double[] law = new double[space.Responses.Count];
        double total = ChoiceTree.Enumerate(tree =>
        {
            var sampler = new LanguageModelSampler(new ChosenTokens(model, tree));
            BestOfN method = criterion switch
            {
                "reward" => new BestOfN(sampler, new BestOfNOptions { Candidates = n, Criterion = null }, Reward),
                "likelihood" => new BestOfN(sampler, new BestOfNOptions { Candidates = n, Criterion = LikelihoodCriterion.Sequence }),
                _ => new BestOfN(sampler, new BestOfNOptions { Candidates = n, Criterion = LikelihoodCriterion.MeanPerToken }),
            };
            Assert.Equal(($"best-of-{n}-{criterion}", criterion == "reward"), (method.Name, method.UsesGold));
            law[space.IndexOf(Run(method, 1, Limit).GetAwaiter().GetResult().Outputs[0][0].ResponseIds)] += tree.Probability;
        });
        Assert.Equal(1, total, 1e-6);
        double[] expected = LawOfBest(space, n, [.. space.Responses.Select(response => criterion switch
        {
            "reward" => RewardOf(response.ResponseIds),
            "likelihood" => response.LogProbability,
            _ => response.LogProbability / response.ResponseIds.Length,
        })]);
        for (int i = 0; i < law.Length; i++) Assert.Equal(expected[i], law[i], 1e-6);
    }

    [Fact]
    public void Equally_likely_candidates_are_won_by_the_first()
    {
        Completion first = Candidate([1, 2], -0.5f, -1f), second = Candidate([0, 2], -1f, -0.5f),
            longer = Candidate([1, 1, 2], -0.6f, -0.6f, -0.6f);
        Assert.Equal(0, BestOfN.IndexOfBest([first, second, longer], LikelihoodCriterion.Sequence));
        Assert.Equal(2, BestOfN.IndexOfBest([first, second, longer], LikelihoodCriterion.MeanPerToken));
        Assert.Equal(1, BestOfN.IndexOfBest([longer, second, first], LikelihoodCriterion.Sequence));
    }

    [Fact]
    public async Task Greedy_takes_the_most_likely_token_at_every_position()
    {
        TabularLanguageModel model = ExactLaw.Model(21, vocabularySize: 6);
        MethodOutput output = await new GreedyDecoding(Sampler(model)).RunAsync(
            ExactLaw.Requests(2), new InferenceSettings { MaxNewTokens = 9, Outputs = 5 }, TestContext.Current.CancellationToken);
        for (int i = 0; i < 2; i++)
        {
            var context = new List<int> { i };
            foreach (int token in Assert.Single(output.Outputs[i]).ResponseIds)
            {
                double[] next = model.Next(context.ToArray());
                Assert.Equal(next.Max(), next[token]);
                context.Add(token);
            }
        }
    }

    [Fact]
    public async Task Recorded_entropies_are_those_of_the_models_own_conditionals()
    {
        TabularLanguageModel model = ExactLaw.Model(vocabularySize: 5);
        MethodOutput output = await Run(new TemperatureSampling(Sampler(model), 0.5) { RecordEntropies = true }, 20, 6);
        foreach (Completion completion in output.Outputs[0])
        {
            TokenScores scores = model.Score([new TokenSequence(Prompt, completion.ResponseIds)])[0];
            Assert.Equal(scores.Entropies, completion.Entropies);
            Assert.Equal(scores.LogProbabilities, completion.LogProbabilities);
        }
    }

    [Fact]
    public async Task Fixed_length_responses_go_on_after_the_end_of_sequence()
    {
        TabularLanguageModel model = ExactLaw.Model();
        Completion[] completions = await Sampler(model).SampleAsync(
            [.. Enumerable.Range(0, 50).Select(i => new SampleRequest(Prompt, new RandomStream(1, RandomDomain.Rollout, 0, 0, (uint)i)))],
            new SamplingOptions { MaxNewTokens = 5, IgnoreEndOfSequence = true },
            TestContext.Current.CancellationToken);
        Assert.All(completions, completion => Assert.Equal((5, StopReason.Length), (completion.Length, completion.StopReason)));
        Assert.Contains(completions, completion => Array.IndexOf(completion.ResponseIds, ExactLaw.EndOfSequence) is >= 0 and < 4);
    }

    [Fact]
    public async Task Response_position_t_uses_number_t_of_the_sequences_stream()
    {
        var model = new TabularLanguageModel(4, [], 16, _ => [0.25, 0.25, 0.25, 0.25]);
        var stream = new RandomStream(3, RandomDomain.Rollout, 4, 5, 6);
        Completion[] completions = await Sampler(model).SampleAsync(
            [new SampleRequest(Prompt, stream)], new SamplingOptions { MaxNewTokens = 8 }, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, 8).Select(t => stream.Below(4, (uint)t)), completions[0].ResponseIds);
    }

    [Fact]
    public async Task Outputs_do_not_depend_on_what_they_are_batched_with()
    {
        TabularLanguageModel model = ExactLaw.Model(vocabularySize: 5);
        var settings = new InferenceSettings { MaxNewTokens = 7, Outputs = 3, Seed = 4 };
        InferenceRequest[] requests = ExactLaw.Requests(5);
        foreach (Func<ISampler, IInferenceMethod> make in Methods())
        {
            MethodOutput together = await make(Sampler(model)).RunAsync(requests, settings, TestContext.Current.CancellationToken);
            MethodOutput inPairs = await make(new LanguageModelSampler(model) { MaxBatchSize = 2 })
                .RunAsync(requests, settings, TestContext.Current.CancellationToken);
            for (int i = 0; i < requests.Length; i++)
            {
                MethodOutput alone = await make(Sampler(model)).RunAsync([requests[i]], settings, TestContext.Current.CancellationToken);
                ExactLaw.AssertSameCompletions(alone.Outputs[0], together.Outputs[i]);
                ExactLaw.AssertSameCompletions(alone.Outputs[0], inPairs.Outputs[i]);
            }
        }
    }

    [Fact]
    public async Task The_cost_counts_discarded_candidates_and_every_distinct_prompt_once()
    {
        var model = new TabularLanguageModel(3, [], 16, ExactLaw.Model().Next);
        InferenceRequest[] requests = [new([0, 1, 2], 0), new([1, 1], 1)];
        var settings = new InferenceSettings { MaxNewTokens = 5, Outputs = 2 };
        MethodOutput output =
            await new BestOfN(Sampler(model), new BestOfNOptions { Candidates = 4, Criterion = LikelihoodCriterion.Sequence })
                .RunAsync(requests, settings, TestContext.Current.CancellationToken);
        Assert.Equal(new GenerationCost(2 * 2 * 4 * 5, 3 + 2 + 2 * 2 * 4 * 4), output.Cost);
        Assert.All(output.Outputs, outputs => Assert.Equal(2, outputs.Length));
    }

    [Fact]
    public async Task Wrong_prompts_limits_and_cancellation_stop_the_work()
    {
        TabularLanguageModel model = ExactLaw.Model();
        var sampling = new TemperatureSampling(Sampler(model));
        await Assert.ThrowsAsync<ArgumentException>(
            () => sampling.RunAsync([new([], 0)], new() { MaxNewTokens = 2 }, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>(
            () => sampling.RunAsync([new([9], 0)], new() { MaxNewTokens = 2 }, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>(
            () => sampling.RunAsync([new([0], 0)], new() { MaxNewTokens = 32 }, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>(
            () => sampling.RunAsync([new([0], 0)], new() { MaxNewTokens = 2, Outputs = 0 }, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<OperationCanceledException>(
            () => sampling.RunAsync([new([0], 0)], new() { MaxNewTokens = 2 }, new CancellationToken(true)));
    }

    internal static IEnumerable<Func<ISampler, IInferenceMethod>> Methods() =>
    [
        sampler => new TemperatureSampling(sampler),
        sampler => new TemperatureSampling(sampler, 0.3),
        sampler => new GreedyDecoding(sampler),
        sampler => new BestOfN(sampler, new BestOfNOptions { Candidates = 4, Criterion = LikelihoodCriterion.Sequence }),
        sampler => new BestOfN(sampler,
            new BestOfNOptions { Candidates = 4, Criterion = LikelihoodCriterion.MeanPerToken, Temperature = 0.7 }),
        sampler => new BestOfN(sampler, new BestOfNOptions { Candidates = 4, Criterion = null }, Reward),
        sampler => new MajorityVote(sampler, 5,
            (responses, _) =>
                ValueTask.FromResult(Array.ConvertAll([.. responses],
                    response => (string?)response.Completion.ResponseIds[0].ToString(CultureInfo.InvariantCulture)))),
    ];

    private static LanguageModelSampler Sampler(TabularLanguageModel model) => new(model);

    private static Task<MethodOutput> Run(IInferenceMethod method, int outputs, int limit) => method.RunAsync(
        [new InferenceRequest(Prompt, 0)], new InferenceSettings { MaxNewTokens = limit, Outputs = outputs, Seed = 1 },
        TestContext.Current.CancellationToken);

    private static Completion Candidate(int[] ids, params float[] logProbabilities) =>
        new(Prompt, ids, logProbabilities, logProbabilities, StopReason.EndOfSequence);

    private static double RewardOf(int[] responseIds) => responseIds.Contains(1) ? 1 : 0;

    private static ValueTask<double[]> Reward(IReadOnlyList<CandidateResponse> responses, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Array.ConvertAll([.. responses], response => RewardOf(response.Completion.ResponseIds)));

    /// <summary>P(best = y) = P(all n score at most y's score) − P(all n score less), shared among equals in proportion to p.</summary>
    private static double[] LawOfBest(ResponseSpace space, int n, LikelihoodCriterion criterion) => LawOfBest(
        space, n, [.. space.Responses.Select(
            r => criterion == LikelihoodCriterion.Sequence ? r.LogProbability : r.LogProbability / r.ResponseIds.Length)]);

    private static double[] LawOfBest(ResponseSpace space, int n, double[] scores)
    {
        double[] law = space.Law();
        double[] best = new double[law.Length];
        for (int i = 0; i < law.Length; i++)
        {
            double less = 0, equal = 0;
            for (int j = 0; j < law.Length; j++)
            {
                if (scores[j] < scores[i]) less += law[j];
                else if (scores[j] == scores[i]) equal += law[j];
            }
            best[i] = (Math.Pow(less + equal, n) - Math.Pow(less, n)) * law[i] / equal;
        }
        return best;
    }
}
