using CsCheck;
using Tilt.Exact;
using Tilt.Inference.Methods.Contracts;
using Tilt.Inference.Methods.Particles;
using Tilt.Rollouts;

namespace Tilt.Inference.Tests.Methods;

public sealed class SequentialMonteCarloTests
{
    private const int Limit = 3;
    private static readonly int[] Prompt = [0];

    private static readonly SequentialMonteCarloOptions[] Populations =
    [
        new() { Alpha = 2, Particles = 2, ResamplingThreshold = 1 },
        new() { Alpha = 2, Particles = 2, ResamplingThreshold = 0.9 },
        new() { Alpha = 2, Particles = 2, ResamplingThreshold = 1, Resampling = ResamplingScheme.Stratified },
        new() { Alpha = 3, Particles = 2, ResamplingThreshold = 0.95, ProposalTemperature = 1, BetaInverse = 1.5 },
        new() { Alpha = 0.5, Particles = 2, ResamplingThreshold = 1, ProposalTemperature = 0.8, BetaInverse = -2 },
        new() { Alpha = 1, Particles = 1, BetaInverse = 2 },
        new() { Alpha = 4, Particles = 2, ResamplingThreshold = 0, BetaInverse = 1 },
    ];

    /// <summary>The estimate's expectation by enumeration of every token, resampling and draw of the implementation itself.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void The_weighted_population_times_the_estimated_normaliser_is_unbiased_for_every_response(int population)
    {
        SequentialMonteCarloOptions options = Populations[population];
        TabularLanguageModel model = ExactLaw.Model();
        var space = ResponseSpace.Enumerate(model, Prompt, Limit);
        double[] weighted = new double[space.Responses.Count];
        bool resampled = false;
        double total = ChoiceTree.Enumerate(tree =>
        {
            ParticleSample sample = Run(model, options, tree);
            double scale = tree.Probability * Math.Exp(sample.LogNormalizer);
            for (int i = 0; i < options.Particles; i++)
                weighted[space.IndexOf(sample.Particles[i].ResponseIds)] += scale * sample.Weights[i];
            resampled |= sample.Resamplings > 0;
        });

        Assert.Equal(1, total, 1e-6);
        Assert.Equal(options.Particles > 1 && options.ResamplingThreshold > 0, resampled);
        double[] target = Unnormalized(space, options);
        for (int i = 0; i < target.Length; i++) Assert.Equal(target[i], weighted[i], 1e-5 * target[i]);
    }

    [Fact]
    public void Keeping_the_old_weights_after_resampling_would_be_biased()
    {
        // The proof must be able to fail: the same population, each weight once more its own.
        TabularLanguageModel model = ExactLaw.Model();
        var space = ResponseSpace.Enumerate(model, Prompt, Limit);
        SequentialMonteCarloOptions options = Populations[0];
        double normalizer = 0;
        ChoiceTree.Enumerate(tree =>
        {
            ParticleSample sample = Run(model, options, tree);
            if (sample.Resamplings > 0)
                normalizer += tree.Probability * Math.Exp(sample.LogNormalizer) * sample.Weights.Sum(w => w * w * 2);
            else normalizer += tree.Probability * Math.Exp(sample.LogNormalizer);
        });
        double exact = Unnormalized(space, options).Sum();
        Assert.True(Math.Abs(normalizer - exact) > 1e-3 * exact);
    }

    [Fact]
    public async Task The_drawn_particle_comes_closer_to_the_target_the_more_particles_there_are()
    {
        TabularLanguageModel model = ExactLaw.Model();
        var space = ResponseSpace.Enumerate(model, Prompt, Limit);
        var options = new SequentialMonteCarloOptions { Alpha = 4, ProposalTemperature = 1, BetaInverse = 1 };
        double[] target = Normalized(Unnormalized(space, options));

        // Exactly for one and two particles; of one, the draw is the proposal's.
        double one = ExactLaw.Distance(LawOfDraw(model, space, options with { Particles = 1 }), target);
        double two = ExactLaw.Distance(LawOfDraw(model, space, options with { Particles = 2 }), target);
        Assert.Equal(ExactLaw.Distance(space.Law(), target), one, 1e-6);
        Assert.True(two < 0.8 * one, $"{one} {two}");

        // Estimated for more, by the mean of the weighted populations, whose expectation is the law of the draw. The distance of a
        // mean of M probability vectors from its expectation obeys the same bound as that of M draws.
        const int Count = 1_000;
        double bound = ExactLaw.Bound(target.Length, Count), before = two;
        foreach (int particles in (int[])[8, 32, 128])
        {
            double distance = ExactLaw.Distance(await MeanPopulation(model, space, options with { Particles = particles }, Count), target);
            Assert.True(distance < Math.Max(before, bound), $"{particles} particles: {distance}, before {before}");
            before = distance;
        }
        Assert.True(before < 0.02 + bound, $"{before}");
    }

    [Fact]
    public async Task Populations_do_not_depend_on_what_they_are_batched_with()
    {
        TabularLanguageModel model = ExactLaw.Model(vocabularySize: 5);
        var options = new SequentialMonteCarloOptions
        {
            Alpha = 2,
            Particles = 6,
            ResamplingThreshold = 0.9,
            ProposalTemperature = 1,
            BetaInverse = 1
        };
        var settings = new InferenceSettings { MaxNewTokens = 7, Outputs = 3, Seed = 9 };
        InferenceRequest[] requests = ExactLaw.Requests(6);
        SequentialMonteCarloRun together = await new SequentialMonteCarlo(model, options, Reward)
            .RunParticlesAsync(requests, settings, TestContext.Current.CancellationToken);
        SequentialMonteCarloRun inPairs = await new SequentialMonteCarlo(model, options, Reward) { MaxBatchSize = 12 }
            .RunParticlesAsync(requests, settings, TestContext.Current.CancellationToken);
        Assert.Contains(together.Samples.SelectMany(s => s), sample => sample.Resamplings > 1);
        for (int i = 0; i < requests.Length; i++)
        {
            SequentialMonteCarloRun alone = await new SequentialMonteCarlo(model, options, Reward)
                .RunParticlesAsync([requests[i]], settings, TestContext.Current.CancellationToken);
            AssertSame(alone.Samples[0], together.Samples[i]);
            AssertSame(alone.Samples[0], inPairs.Samples[i]);
        }
    }

    [Fact]
    public async Task Particles_carry_the_models_own_log_probabilities_and_those_of_the_proposal()
    {
        TabularLanguageModel model = ExactLaw.Model(vocabularySize: 4);
        var options = new SequentialMonteCarloOptions { Alpha = 2, Particles = 20, ResamplingThreshold = 0.95 };
        SequentialMonteCarloRun run = await new SequentialMonteCarlo(model, options, Reward).RunParticlesAsync(
            [new InferenceRequest(Prompt, 0)], new InferenceSettings { MaxNewTokens = 6, Outputs = 3 },
            TestContext.Current.CancellationToken);
        TabularLanguageModel proposal = model.Tempered(0.5);
        foreach (Completion particle in run.Samples[0].SelectMany(sample => sample.Particles))
        {
            double[] own = model.TokenLogProbabilities(Prompt, particle.ResponseIds),
                proposed = proposal.TokenLogProbabilities(Prompt, particle.ResponseIds);
            for (int t = 0; t < own.Length; t++)
            {
                Assert.Equal(own[t], particle.LogProbabilities[t], 1e-5);
                Assert.Equal(proposed[t], particle.SamplingLogProbabilities[t], 1e-5);
            }
        }
    }

    [Fact]
    public async Task As_a_method_it_hands_out_one_drawn_particle_an_output_and_says_whether_it_knows_the_answers()
    {
        TabularLanguageModel model = ExactLaw.Model();
        var settings = new InferenceSettings { MaxNewTokens = 4, Outputs = 5 };
        InferenceRequest[] requests = ExactLaw.Requests(3);
        var options = new SequentialMonteCarloOptions { Alpha = 2, Particles = 4 };
        var sampling = new SequentialMonteCarlo(model, options, Reward);
        MethodOutput output = await sampling.RunAsync(requests, settings, TestContext.Current.CancellationToken);
        SequentialMonteCarloRun run = await sampling.RunParticlesAsync(requests, settings, TestContext.Current.CancellationToken);
        for (int i = 0; i < 3; i++)
            ExactLaw.AssertSameCompletions([.. run.Samples[i].Select(sample => sample.Particles[sample.Chosen])], output.Outputs[i]);
        Assert.Equal(("smc-2-4", false), (sampling.Name, sampling.UsesGold));
        var oracle = new SequentialMonteCarlo(model, options with { BetaInverse = 16 }, Reward);
        Assert.Equal(("smc-2-4-reward-16", true), (oracle.Name, oracle.UsesGold));
        Assert.False(new SequentialMonteCarlo(model, options with { BetaInverse = 1 }, Reward, rewardUsesGold: false).UsesGold);
    }

    [Fact]
    public async Task The_cost_counts_every_token_of_every_particle()
    {
        var model = new TabularLanguageModel(3, [], 32, ExactLaw.Model().Next);
        var sampling = new SequentialMonteCarlo(model, new SequentialMonteCarloOptions { Particles = 8 });
        MethodOutput output = await sampling.RunAsync([new InferenceRequest([0, 1, 2], 0)],
            new InferenceSettings { MaxNewTokens = 5, Outputs = 2 }, TestContext.Current.CancellationToken);
        Assert.Equal(new GenerationCost(2 * 8 * 5, 3 + 2 * 8 * 4), output.Cost);
    }

    [Fact]
    public void Ancestors_come_as_often_as_their_weights_say() =>
        Gen.Select(Gen.Double[0, 1].Array[2, 12], Gen.Double[0, 0.999999], Gen.Double[0, 0.999999].Array[12])
            .Sample((raw, uniform, uniforms) =>
            {
                raw[0] += 1e-3;
                double sum = raw.Sum();
                double[] weights = Array.ConvertAll(raw, w => w / sum);
                int[] systematic = ParticleWeights.Ancestors(weights, [uniform]),
                    stratified = ParticleWeights.Ancestors(weights, uniforms.AsSpan(0, weights.Length));
                for (int i = 0; i < weights.Length; i++)
                {
                    Assert.True(Math.Abs(systematic.Count(a => a == i) - weights.Length * weights[i]) < 1 + 1e-9);
                    Assert.True(Math.Abs(stratified.Count(a => a == i) - weights.Length * weights[i]) < 2 + 1e-9);
                }
            }, seed: "0N0XIzNsQ0O2", iter: 500);

    [Fact]
    public async Task Wrong_options_and_rewards_are_refused()
    {
        TabularLanguageModel model = ExactLaw.Model();
        Assert.Throws<ArgumentException>(() => new SequentialMonteCarlo(model, new() { Alpha = 0 }));
        Assert.Throws<ArgumentException>(() => new SequentialMonteCarlo(model, new() { Particles = 0 }));
        Assert.Throws<ArgumentException>(() => new SequentialMonteCarlo(model, new() { ResamplingThreshold = 1.1 }));
        Assert.Throws<ArgumentException>(() => new SequentialMonteCarlo(model, new() { ProposalTemperature = double.NaN }));
        Assert.Throws<ArgumentException>(() => new SequentialMonteCarlo(model, new() { BetaInverse = double.PositiveInfinity }, Reward));
        Assert.Throws<ArgumentException>(() => new SequentialMonteCarlo(model, new() { BetaInverse = 1 }));
        var infinite = new SequentialMonteCarlo(model, new() { BetaInverse = 1 },
            (responses, _) => ValueTask.FromResult(Array.ConvertAll([.. responses], _ => double.NegativeInfinity)));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => infinite.RunAsync([new(Prompt, 0)], new() { MaxNewTokens = 2 }, TestContext.Current.CancellationToken));
        var few = new SequentialMonteCarlo(model, new() { BetaInverse = 1 }, (_, _) => ValueTask.FromResult(Array.Empty<double>()));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => few.RunAsync([new(Prompt, 0)], new() { MaxNewTokens = 2 }, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            new SequentialMonteCarlo(model, new()).RunAsync([new(Prompt, 0)], new() { MaxNewTokens = 2 }, new CancellationToken(true)));
    }

    private static ParticleSample Run(TabularLanguageModel model, SequentialMonteCarloOptions options, ChoiceTree tree) =>
        new SequentialMonteCarlo(new ChosenTokens(model, tree), options, Reward) { Numbers = _ => new ChosenParticles(tree) }
            .RunParticlesAsync([new InferenceRequest(Prompt, 0)], new InferenceSettings { MaxNewTokens = Limit },
                TestContext.Current.CancellationToken)
            .GetAwaiter().GetResult().Samples[0][0];

    private static double[] LawOfDraw(TabularLanguageModel model, ResponseSpace space, SequentialMonteCarloOptions options)
    {
        double[] law = new double[space.Responses.Count];
        ChoiceTree.Enumerate(tree =>
        {
            ParticleSample sample = Run(model, options, tree);
            law[space.IndexOf(sample.Particles[sample.Chosen].ResponseIds)] += tree.Probability;
        });
        return law;
    }

    private static async Task<double[]> MeanPopulation(TabularLanguageModel model, ResponseSpace space, SequentialMonteCarloOptions options,
        int populations)
    {
        SequentialMonteCarloRun run = await new SequentialMonteCarlo(model, options, Reward).RunParticlesAsync(
            [new InferenceRequest(Prompt, 0)], new InferenceSettings { MaxNewTokens = Limit, Outputs = populations, Seed = 3 },
            TestContext.Current.CancellationToken);
        double[] law = new double[space.Responses.Count];
        foreach (ParticleSample sample in run.Samples[0])
        {
            for (int i = 0; i < sample.Particles.Length; i++)
                law[space.IndexOf(sample.Particles[i].ResponseIds)] += sample.Weights[i] / populations;
        }
        return law;
    }

    /// <summary>p^α·exp(r/β) of every response.</summary>
    private static double[] Unnormalized(ResponseSpace space, SequentialMonteCarloOptions options) =>
        [.. space.Responses.Select(
            response => Math.Exp(options.Alpha * response.LogProbability + ((options.BetaInverse ?? 0) * RewardOf(response.ResponseIds))))];

    private static double[] Normalized(double[] weights)
    {
        double sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }

    private static double RewardOf(int[] responseIds) => responseIds.Contains(1) ? 1 : 0;

    private static ValueTask<double[]> Reward(IReadOnlyList<CandidateResponse> responses, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Array.ConvertAll([.. responses], response => RewardOf(response.Completion.ResponseIds)));

    private static void AssertSame(ParticleSample[] expected, ParticleSample[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            ExactLaw.AssertSameCompletions(expected[i].Particles, actual[i].Particles);
            Assert.Equal(expected[i].Weights, actual[i].Weights);
            Assert.Equal((expected[i].Chosen, expected[i].LogNormalizer, expected[i].Resamplings),
                (actual[i].Chosen, actual[i].LogNormalizer, actual[i].Resamplings));
        }
    }
}
