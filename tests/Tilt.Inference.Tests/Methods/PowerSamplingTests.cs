using Tilt.Exact;
using Tilt.Inference.Methods.Contracts;
using Tilt.Inference.Methods.Power;
using Tilt.Rollouts;

namespace Tilt.Inference.Tests.Methods;

public sealed class PowerSamplingTests
{
    private static readonly int[] Prompt = [0];

    [Theory]
    [InlineData(2, 2, 4)]
    [InlineData(4, 1, 4)]
    [InlineData(3, 0, 4)]
    [InlineData(2, 3, 5)]
    public async Task Chains_have_exactly_the_law_that_enumeration_of_all_stages_gives(int blocks, int moves, int limit)
    {
        const int Chains = 40_000;
        TabularLanguageModel model = ExactLaw.Model();
        var sampling = new PowerSampling(model, new PowerSamplingOptions { Alpha = 2, Blocks = blocks, MovesPerBlock = moves })
        {
            MaxBatchSize = 9_000
        };
        MethodOutput output = await sampling.RunAsync(
            [new InferenceRequest(Prompt, 3)], new InferenceSettings { MaxNewTokens = limit, Outputs = Chains, Seed = 1 },
            TestContext.Current.CancellationToken);

        var space = ResponseSpace.Enumerate(model, Prompt, limit);
        double[] law = PowerTransition.LawOfChain(model, space, Prompt, 2, blocks, moves, limit, PowerAcceptance.Probability);
        Assert.True(ExactLaw.TotalVariation(output.Outputs[0], space, law) < ExactLaw.Bound(law.Length, Chains));
    }

    /// <summary>Every token, position and decision of the implementation itself, enumerated.</summary>
    [Theory]
    [InlineData(1, 1, 3, 2.0)]
    [InlineData(2, 1, 3, 2.0)]
    [InlineData(1, 2, 2, 3.0)]
    [InlineData(3, 1, 3, 0.5)]
    public void The_implementation_has_the_transitions_that_the_rule_gives(int blocks, int moves, int limit, double alpha)
    {
        TabularLanguageModel model = ExactLaw.Model(7);
        var space = ResponseSpace.Enumerate(model, Prompt, limit);
        double[] law = new double[space.Responses.Count];
        double total = ChoiceTree.Enumerate(tree =>
        {
            var sampling = new PowerSampling(new ChosenTokens(model, tree),
                new PowerSamplingOptions { Alpha = alpha, Blocks = blocks, MovesPerBlock = moves })
            {
                Numbers = new ChosenMoves(tree),
            };
            MethodOutput output = sampling.RunAsync(
                [new InferenceRequest(Prompt, 0)], new InferenceSettings { MaxNewTokens = limit }, TestContext.Current.CancellationToken)
                .GetAwaiter().GetResult();
            law[space.IndexOf(output.Outputs[0][0].ResponseIds)] += tree.Probability;
        });
        Assert.Equal(1, total, 1e-6);
        double[] expected = PowerTransition.LawOfChain(model, space, Prompt, alpha, blocks, moves, limit, PowerAcceptance.Probability);
        for (int i = 0; i < law.Length; i++) Assert.Equal(expected[i], law[i], 1e-6);
    }

    [Fact]
    public async Task Long_chains_reach_the_power_of_the_law_and_chains_without_the_ratio_of_lengths_would_not()
    {
        const int Chains = 10_000, Limit = 3;
        TabularLanguageModel model = ExactLaw.Model();
        var space = ResponseSpace.Enumerate(model, Prompt, Limit);
        double[] target = space.PowerLaw(4);
        double[] law = PowerTransition.LawOfChain(model, space, Prompt, 4, 2, 30, Limit, PowerAcceptance.Probability);
        double[] wrong = PowerTransition.LawOfChain(model, space, Prompt, 4, 2, 30, Limit, (alpha, current, proposed) =>
            PowerAcceptance.Probability(alpha, current with { Length = 1 }, proposed with { Length = 1 }));
        double bound = ExactLaw.Bound(target.Length, Chains);
        Assert.True(ExactLaw.Distance(law, target) < 0.005, $"finite-chain distance {ExactLaw.Distance(law, target)}");
        Assert.True(ExactLaw.Distance(wrong, target) > bound + 0.005, $"wrong rule {ExactLaw.Distance(wrong, target)}");

        var sampling =
            new PowerSampling(model, new PowerSamplingOptions { Alpha = 4, Blocks = 2, MovesPerBlock = 30 }) { MaxBatchSize = Chains };
        PowerSamplingRun run = await sampling.RunChainsAsync(
            [new InferenceRequest(Prompt, 0)], new InferenceSettings { MaxNewTokens = Limit, Outputs = Chains, Seed = 2 },
            TestContext.Current.CancellationToken);
        Assert.True(ExactLaw.TotalVariation(run.Output.Outputs[0], space, target) < bound + 0.005);
        Assert.InRange(run.AcceptanceRate, 0.3, 0.999);
    }

    [Fact]
    public void Low_temperature_is_not_the_power_of_the_law()
    {
        TabularLanguageModel model = ExactLaw.Model();
        var space = ResponseSpace.Enumerate(model, Prompt, 4);
        TabularLanguageModel tempered = model.Tempered(0.25);
        double[] law =
            [.. space.Responses.Select(response => Math.Exp(tempered.TokenLogProbabilities(Prompt, response.ResponseIds).Sum()))];
        Assert.Equal(1, law.Sum(), 1e-12);
        Assert.True(ExactLaw.Distance(law, space.PowerLaw(4)) > 0.05);
    }

    [Fact]
    public async Task Chains_do_not_depend_on_what_they_are_batched_with()
    {
        TabularLanguageModel model = ExactLaw.Model(vocabularySize: 5);
        var options = new PowerSamplingOptions { Blocks = 3, MovesPerBlock = 4 };
        var settings = new InferenceSettings { MaxNewTokens = 7, Outputs = 3, Seed = 9 };
        InferenceRequest[] requests = ExactLaw.Requests(6);
        MethodOutput together = await new PowerSampling(model, options).RunAsync(requests, settings, TestContext.Current.CancellationToken);
        MethodOutput inPairs = await new PowerSampling(model, options) { MaxBatchSize = 2 }
            .RunAsync(requests, settings, TestContext.Current.CancellationToken);
        for (int i = 0; i < requests.Length; i++)
        {
            MethodOutput alone =
                await new PowerSampling(model, options).RunAsync([requests[i]], settings, TestContext.Current.CancellationToken);
            ExactLaw.AssertSameCompletions(alone.Outputs[0], together.Outputs[i]);
            ExactLaw.AssertSameCompletions(alone.Outputs[0], inPairs.Outputs[i]);
        }
    }

    [Fact]
    public async Task Outputs_carry_the_models_own_log_probabilities_and_those_of_the_proposal()
    {
        TabularLanguageModel model = ExactLaw.Model(vocabularySize: 4);
        var sampling = new PowerSampling(model, new PowerSamplingOptions { Alpha = 2, Blocks = 2, MovesPerBlock = 5 });
        MethodOutput output = await sampling.RunAsync(
            [new InferenceRequest(Prompt, 0)], new InferenceSettings { MaxNewTokens = 6, Outputs = 50 },
            TestContext.Current.CancellationToken);
        TabularLanguageModel proposal = model.Tempered(0.5);
        foreach (Completion completion in output.Outputs[0])
        {
            double[] own = model.TokenLogProbabilities(Prompt, completion.ResponseIds),
                proposed = proposal.TokenLogProbabilities(Prompt, completion.ResponseIds);
            for (int t = 0; t < own.Length; t++)
            {
                Assert.Equal(own[t], completion.LogProbabilities[t], 1e-5);
                Assert.Equal(proposed[t], completion.SamplingLogProbabilities[t], 1e-5);
            }
        }
    }

    [Fact]
    public async Task The_cost_counts_every_proposal_and_every_prefix()
    {
        // Without end-of-sequence and with one token a response, every move draws one token after the prompt.
        var model = new TabularLanguageModel(3, [], 32, ExactLaw.Model().Next);
        var sampling = new PowerSampling(model, new PowerSamplingOptions { Blocks = 1, MovesPerBlock = 9 });
        MethodOutput output = await sampling.RunAsync(
            [new InferenceRequest([0, 1, 2], 0)], new InferenceSettings { MaxNewTokens = 1, Outputs = 4 },
            TestContext.Current.CancellationToken);
        Assert.Equal(new GenerationCost(4 * 10, 3 * 10), output.Cost);
    }

    [Fact]
    public void Wrong_options_are_refused()
    {
        TabularLanguageModel model = ExactLaw.Model();
        Assert.Throws<ArgumentException>(() => new PowerSampling(model, new PowerSamplingOptions { Alpha = 0 }));
        Assert.Throws<ArgumentException>(() => new PowerSampling(model, new PowerSamplingOptions { Blocks = 0 }));
        Assert.Throws<ArgumentException>(() => new PowerSampling(model, new PowerSamplingOptions { ProposalTemperature = 0 }));
    }
}
