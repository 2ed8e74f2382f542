using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Tests;
using Tilt.Objectives;
using Tilt.Objectives.Advantages;
using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Settings;
using Tilt.Torch;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using Tilt.Training.Engines;
using Tilt.Training.Optimizers;
using Tilt.Training.Rollouts;
using static TorchSharp.torch;

namespace Tilt.Training.Tests.Optimizers;

/// <summary>
/// The gradient of a training step as it is computed (a group's prompt once, micro-batches by token budget, log-probabilities scored again,
/// rows without advantage left out) against the formula in float64, one sequence at a time.
/// </summary>
public sealed class GradientTests
{
    private const int Groups = 3, Generations = 4, MaxNewTokens = 7;

    private static readonly IAdvantageEstimator Advantages = new LeaveOneOut();

    public GradientTests() => TorchRuntime.Configure(threads: 1);

    public static TheoryData<string, bool> Models => new()
    {
        { "llama32", false }, { "llama32", true }, { "qwen25", false }, { "qwen25", true }, { "qwen3", false }, { "qwen3", true },
        { "llama-untied-bf16", true },
    };

    private static IEnumerable<Objective> Regimes =>
    [
        Objective.TaskReward, Objective.Sharpening(), Objective.Sharpening(2, LengthNormalization.Mean), Objective.Tempered(1),
        Objective.Tempered(4), Objective.Tilted(2, 10), Objective.RewardPlusLikelihood(2, 10, LengthNormalization.WeightedMean),
    ];

    [Theory]
    [MemberData(nameof(Models))]
    public async Task The_gradient_of_a_step_is_that_of_the_formula_in_every_regime(string name, bool withAdapter)
    {
        string folder = GoldenModel.FolderOf(name);
        using Transformer weights = Policy(folder, withAdapter);
        using var engine = new TorchPolicyEngine(weights, ComputePrecision.Float32);
        using Transformer baseModel = Transformer.Load(folder);
        using TorchLanguageModel loaded = TorchLanguageModel.Load(folder);
        using var reference = new ReferenceModel(() => withAdapter ? engine.SharedReference! : loaded);
        await engine.PublishAsync(0, TestContext.Current.CancellationToken);
        PromptGroup[] groups = await GroupsAsync(engine.Sampler, weights.Configuration.VocabularySize);
        RewardScore[][] scores = [.. groups.Select((group, g) => (RewardScore[])[.. group.Completions.Select((_, i) =>
            // The last group has one reward for all: in the task regime it has no gradient.
            new RewardScore(g == Groups - 1 ? 1 : (3 * g + i) % 2, RewardOutcome.Incorrect, null))])];
        foreach (Objective objective in Regimes)
        {
            Dictionary<string, double[]> actual = Step(weights, engine, reference, groups, scores, objective);
            Dictionary<string, double[]> expected = Formula(weights, baseModel, groups, scores, objective);
            Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
            double difference = Math.Sqrt(expected.Sum(p => p.Value.Zip(actual[p.Key], (a, b) => (a - b) * (a - b)).Sum()));
            double norm = Math.Sqrt(expected.Sum(p => p.Value.Sum(a => a * a)));
            Assert.True(norm > 1e-6, $"{objective} has no gradient.");
            Assert.True(difference / norm < 1e-5, $"{name}, {objective}: relative difference {difference / norm:E2}.");
        }
    }

    private static Dictionary<string, double[]> Step(Transformer weights, TorchPolicyEngine engine, ReferenceModel reference,
        PromptGroup[] groups, RewardScore[][] scores, Objective objective)
    {
        var configuration = new TrainingConfiguration
        {
            Dtype = TrainingPrecision.Float32,
            Loss = new() { MicroBatchTokens = 24 },
            Rollout = new() { MaxNewTokens = MaxNewTokens },
            Optimizer = new() { GradientClip = 1e9, LearningRate = 1e-30, WeightDecay = 0 },
        };
        var importance = new ImportanceCorrection(ImportanceLevel.Token, 20);
        var scorer = new LikelihoodScorer(engine, objective.UsesReference ? reference : null, new(), objective, importance);
        Likelihoods logs = scorer.Of(groups);
        double[][] gains = Advantages.Of(objective.ShapedRewards(groups, scores, logs), scores);
        logs = scorer.Complete(logs, groups, gains);
        float[][][] tokens = TokenWeights.Of(groups, scores, gains, logs, new(LossAggregation.TokenMean, MaxNewTokens, importance));
        using var adam = new AdamW(weights.TrainableParameters.Select(p => (p.Name, p.Value)), new());
        new PolicyOptimizer(weights, adam, configuration).Step(0, WeightedSequence.Of(groups, tokens));
        return weights.TrainableParameters.ToDictionary(p => p.Name, p => Numbers(p.Value.grad!), StringComparer.Ordinal);
    }

    private static Dictionary<string, double[]> Formula(Transformer weights, Transformer baseModel, PromptGroup[] groups,
        RewardScore[][] scores, Objective objective)
    {
        using var scope = NewDisposeScope();
        using var policy = new DoubleTransformer(weights, withAdapter: true);
        using var reference = new DoubleTransformer(baseModel, withAdapter: false);
        Tensor[][] logs = [.. groups.Select(g => (Tensor[])[.. g.Completions.Select(c => policy.LogProbabilities(Sequence(c)))])];
        double Reference(Completion completion) => reference.LogProbabilities(Sequence(completion)).sum().item<double>();
        double[][] shaped = [.. groups.Select((group, g) => (double[])[.. group.Completions.Select((c, i) =>
            objective.ShapedReward(scores[g][i].Value, Reference(c), logs[g][i].sum().item<double>(), c.Length))])];
        double[][] gains = Advantages.Of(shaped, scores);
        double divisor = groups.Sum(g => g.Completions.Sum(c => c.Length));
        Tensor loss = zeros(1, ScalarType.Float64);
        for (int g = 0; g < groups.Length; g++)
            for (int i = 0; i < groups[g].Completions.Count; i++)
                loss = loss.sub(logs[g][i].sum().mul(gains[g][i] / divisor));
        loss.backward();
        return policy.Gradients().ToDictionary(p => p.Name, p => Numbers(p.Gradient), StringComparer.Ordinal);
    }

    private static Transformer Policy(string folder, bool withAdapter)
    {
        Transformer weights = withAdapter ? Transformer.LoadFrozen(folder) : Transformer.Load(folder);
        if (withAdapter)
        {
            LoraAdapter adapter = LoraAdapter.Initialize(new() { Rank = 3, Alpha = 6 }, weights.Configuration, seed: 5);
            LoraLayer[] layers = [.. adapter.Layers.Select((layer, n) => layer with { B = Noise(layer.B.Length, n, 0.05) })];
            weights.Attach(new(adapter.Configuration, layers));
            return weights;
        }

        // Away from the reference, so that the KL is not 0.
        using var scope = NewDisposeScope();
        using var off = no_grad();
        int index = 0;
        foreach (NamedParameter parameter in weights.Parameters)
            parameter.Value.add_(tensor(Noise((int)parameter.Value.numel(), index++, 0.02)).view(parameter.Value.shape), alpha: 1);
        return weights;
    }

    private static float[] Noise(int count, int index, double size)
    {
        var stream = new RandomStream(17, RandomDomain.Initialization, (uint)index, 0, 0);
        return [.. Enumerable.Range(0, count).Select(i => (float)(size * (2 * stream.Uniform((uint)i) - 1)))];
    }

    private static async Task<PromptGroup[]> GroupsAsync(ISampler sampler, int vocabulary)
    {
        var groups = new PromptGroup[Groups];
        for (int g = 0; g < Groups; g++)
        {
            var ids = new RandomStream(3, RandomDomain.Corpus, 0, (uint)g, 0);
            int[] prompt = [.. Enumerable.Range(0, 3 + 2 * g).Select(i => ids.Below(vocabulary, (uint)i))];
            SampleRequest[] requests = [.. Enumerable.Range(0, Generations)
                .Select(i => new SampleRequest(prompt, new(9, RandomDomain.Rollout, 0, (uint)g, (uint)i)))];
            Completion[] drawn = await sampler.SampleAsync(requests, new() { MaxNewTokens = MaxNewTokens - g, Temperature = 1 },
                TestContext.Current.CancellationToken);
            groups[g] = new(new($"p{g}", "", "1"), drawn);
        }

        return groups;
    }

    private static TokenSequence Sequence(Completion completion) => new(completion.PromptIds, completion.ResponseIds);

    private static double[] Numbers(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float64).flatten().data<double>().ToArray();
    }
}
