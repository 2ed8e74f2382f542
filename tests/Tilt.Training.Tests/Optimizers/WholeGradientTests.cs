using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Tests;
using Tilt.Objectives;
using Tilt.Objectives.Advantages;
using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Settings;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using Tilt.Training.Engines;
using Tilt.Training.Optimizers;
using Tilt.Training.Rollouts;
using static TorchSharp.torch;

namespace Tilt.Training.Tests.Optimizers;

/// <summary>
/// All that stands between sampled responses and a gradient, as a training step does it (likelihoods scored again, shaped rewards,
/// advantages, weights of tokens, rows left out, micro-batches, prompts that a group shares), against the formula in double precision
/// over one batch.
/// </summary>
public sealed class WholeGradientTests
{
    private const int Budget = 16;
    private const double Cap = 20;

    private static readonly double[][] Rewards = [[1, 0, 0, 1], [1, 1, 1, 1], [0, 1, 0, 0]];

    public WholeGradientTests() => TorchRuntime.Configure(threads: 1);

    /// <summary>How the passes run.</summary>
    public enum Pass
    {
        /// <summary>As a user gets it: this library's kernels where there are any for the model and the processor.</summary>
        Usual,

        /// <summary>libtorch's operations; a group shares its prompt.</summary>
        SharedPrompts,

        /// <summary>The same, every block computed again in the backward pass.</summary>
        Checkpointed,
    }

    public static TheoryData<string, bool, Pass> Cases
    {
        get
        {
            var cases = new TheoryData<string, bool, Pass>();
            foreach (string name in (string[])["llama32", "qwen25", "qwen3", "llama-untied-bf16"])
                foreach (bool adapter in (bool[])[false, true])
                    foreach (Pass pass in Enum.GetValues<Pass>()) cases.Add(name, adapter, pass);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_steps_gradient_is_that_of_one_batch_in_double_precision_in_every_regime(string name, bool adapter, Pass pass)
    {
        using var scope = NewDisposeScope();
        using Transformer policy = Open(name, adapter), original = Transformer.Load(GoldenModel.FolderOf(name));
        if (pass != Pass.Usual) policy.Fused = false;
        policy.CheckpointActivations = pass == Pass.Checkpointed;
        Assert.True(pass == Pass.Usual || policy.SharesPrompts(ComputePrecision.Float32));
        var formula = new DoubleTransformer(policy);
        TokenSequence[] sequences = Sequences(policy.Configuration.VocabularySize);
        Tensor logs = formula.LogProbabilities(sequences);
        double[][] policyLogs = Parts(logs, sequences),
            referenceLogs = Parts(new DoubleTransformer(original).LogProbabilities(sequences), sequences);
        PromptGroup[] groups = Groups(sequences, policyLogs);
        RewardScore[][] scores = Scores();
        foreach (Regime regime in Enum.GetValues<Regime>())
        {
            TrainingConfiguration configuration = Configuration(regime, GoldenModel.FolderOf(name));
            double[] advantages = LeaveOneOutOf(Shaped(regime, policyLogs, referenceLogs), [.. scores.SelectMany(s => s)]);
            double[] weights = Weights(groups, scores, policyLogs, advantages);
            double[] expected = [.. autograd.grad([logs], formula.Leaves, [tensor(weights).neg()], retain_graph: true)
                .SelectMany(g => g.contiguous().data<double>().ToArray())];
            IReadOnlyList<WeightedSequence> batch = Step(configuration, policy, groups, scores);
            double[] actual =
                [.. policy.TrainableParameters.SelectMany(p => p.Value.grad!.contiguous().data<float>().ToArray()).Select(g => (double)g)];
            double distance = Math.Sqrt(expected.Zip(actual, (e, a) => (e - a) * (e - a)).Sum() / expected.Sum(e => e * e));
            Assert.True(distance <= 1e-5, $"{regime}: the gradient is off by {distance:g3} of its norm.");
            // Without a likelihood in the reward, the group that is right throughout has no advantage; one response was over budget.
            Assert.Equal(regime == Regime.TaskReward ? 7 : 11, batch.Count);
            Assert.True(MicroBatches.SplitByPrompt(batch, Budget).Count() >= 3, "several micro-batches");
            // Split alike, the formula itself differs by the order of its sums alone: all share one divisor.
            double[] parts = new double[expected.Length];
            foreach (IReadOnlyList<WeightedSequence> part in MicroBatches.SplitByPrompt(batch, Budget))
            {
                using var inner = NewDisposeScope();
                Tensor some = formula.LogProbabilities(part.Select(s => s.Sequence));
                double[] factors = [.. part.SelectMany(s => Enumerable.Range(0, s.Weights.Length)
                    .Select(t => weights[Place(sequences, s.Sequence, t)]))];
                int at = 0;
                foreach (Tensor gradient in autograd.grad([some], formula.Leaves, [tensor(factors).neg()], retain_graph: true))
                    foreach (double value in gradient.contiguous().data<double>().ToArray()) parts[at++] += value;
            }

            double apart = Math.Sqrt(expected.Zip(parts, (e, a) => (e - a) * (e - a)).Sum() / expected.Sum(e => e * e));
            Assert.True(apart <= 1e-12, $"{regime}: in double precision the parts are off by {apart:g3} of the norm.");
        }
    }

    /// <summary>Where a token of a sequence stands among the tokens of all of them.</summary>
    private static int Place(TokenSequence[] sequences, TokenSequence sequence, int token) =>
        sequences.TakeWhile(other => !other.ResponseIds.AsSpan().SequenceEqual(sequence.ResponseIds)
            || !other.PromptIds.AsSpan().SequenceEqual(sequence.PromptIds)).Sum(other => other.ResponseIds.Length) + token;

    /// <summary>The lines of the training loop from scores to the gradient.</summary>
    private static IReadOnlyList<WeightedSequence> Step(TrainingConfiguration configuration, Transformer policy, PromptGroup[] groups,
        RewardScore[][] scores)
    {
        Objective objective = configuration.ToSampledObjective();
        using var engine = new TorchPolicyEngine(policy, ComputePrecision.Float32);
        using var reference = new ReferenceModel(() => engine.SharedReference ?? PolicyEngines.LoadReference(configuration, policy));
        var scorer = new LikelihoodScorer(engine, objective.UsesReference ? reference : null, new StepTimings(), objective,
            configuration.ToLossRule());
        Likelihoods logs = scorer.Of(groups);
        double[][] shaped = objective.ShapedRewards(groups, scores, logs);
        double[][] gains = ((IAdvantageEstimator)new LeaveOneOut()).Of(shaped, scores);
        logs = scorer.Complete(logs, groups, new(gains));
        IReadOnlyList<WeightedSequence> batch =
            WeightedSequence.Of(groups, TokenWeights.Of(groups, scores, gains, logs, configuration.ToLossRule()));
        using var adam = new AdamW(policy.TrainableParameters.Select(p => (p.Name, p.Value)), configuration.Optimizer.ToAdamW());
        new PolicyOptimizer(policy, adam, configuration).Step(0, batch);
        return batch;
    }

    private static TrainingConfiguration Configuration(Regime regime, string model)
    {
        ObjectiveConfiguration objective = regime switch
        {
            Regime.TaskReward => new() { Regime = regime },
            Regime.Custom => new() { Regime = regime, RewardWeight = 0.5, LikelihoodWeight = -0.2, KlWeight = 0.3 },
            Regime.Tilted or Regime.RewardPlusLikelihood => new() { Regime = regime, Alpha = 2, BetaInverse = 10 },
            _ => new() { Regime = regime, Alpha = 2 },
        };
        return new()
        {
            Model = model,
            Dtype = TrainingPrecision.Float32,
            Engine = EngineName.Libtorch,
            Objective = objective,
            Importance = new() { Level = ImportanceLevel.Token, Cap = Cap },
            Loss = new() { MicroBatchTokens = Budget },
            // The weights stay as they are, and gradients as they come.
            Optimizer = new() { LearningRate = 0, WeightDecay = 0, GradientClip = double.MaxValue },
        };
    }

    /// <summary>R of each response, written out regime by regime.</summary>
    private static double[] Shaped(Regime regime, double[][] policyLogs, double[][] referenceLogs) =>
        [.. Rewards.SelectMany(r => r).Select((r, i) =>
        {
            double policy = policyLogs[i].Sum(), reference = referenceLogs[i].Sum();
            return regime switch
            {
                Regime.TaskReward => r,
                Regime.Sharpening => 2 * reference,
                Regime.Tempered => reference + (reference - policy),
                Regime.Tilted => r + 0.1 * (reference + (reference - policy)),
                Regime.RewardPlusLikelihood => r + 2 * 0.1 * reference,
                Regime.Custom => 0.5 * r - 0.2 * reference - 0.3 * (policy - reference),
                _ => throw new InvalidOperationException($"The regime {regime} has no formula here."),
            };
        })];

    private static double[] LeaveOneOutOf(double[] rewards, RewardScore[] scores)
    {
        var advantages = new double[rewards.Length];
        for (int i = 0; i < rewards.Length; i++)
        {
            int[] others = [.. Enumerable.Range(i / 4 * 4, 4).Where(j => j != i && scores[j].TakesPart)];
            if (scores[i].TakesPart) advantages[i] = rewards[i] - others.Average(j => rewards[j]);
        }

        return advantages;
    }

    /// <summary>min(π/q, cap)·A / Σ T of every token, those of responses without a part included as zeros.</summary>
    private static double[] Weights(PromptGroup[] groups, RewardScore[][] scores, double[][] policyLogs, double[] advantages)
    {
        Completion[] completions = [.. groups.SelectMany(g => g.Completions)];
        RewardScore[] flat = [.. scores.SelectMany(s => s)];
        double tokens = completions.Where((_, i) => flat[i].TakesPart).Sum(c => c.Length);
        return [.. completions.SelectMany((c, i) => c.SamplingLogProbabilities.Select((q, t) =>
            Math.Min(Math.Exp(policyLogs[i][t] - q), Cap) * advantages[i] / tokens))];
    }

    private static RewardScore[][] Scores() => [.. Rewards.Select((group, g) => (RewardScore[])[.. group.Select((r, i) =>
        new RewardScore(r, (g, i) == (2, 3) ? RewardOutcome.OverBudget : r > 0 ? RewardOutcome.Correct : RewardOutcome.Incorrect, null))])];

    /// <summary>Three prompts with four responses each, of different lengths; two responses begin alike.</summary>
    private static TokenSequence[] Sequences(int vocabulary)
    {
        int[][] lengths = [[9, 2, 5, 1], [3, 4, 8, 2], [6, 1, 7, 4]];
        return [.. Enumerable.Range(0, 12).Select(i => new TokenSequence(
            [.. Enumerable.Range(0, 7 - 3 * (i / 4)).Select(t => (101 * (i / 4) + 17 * t + 5) % vocabulary)],
            [.. Enumerable.Range(0, lengths[i / 4][i % 4]).Select(t => (37 * (i / 2) + 59 * t + 3) % vocabulary)]))];
    }

    /// <summary>Groups as a sampler gives them whose probabilities are not the trainer's; of one token far enough to be capped.</summary>
    private static PromptGroup[] Groups(TokenSequence[] sequences, double[][] logs) => [.. Enumerable.Range(0, 3).Select(g =>
        new PromptGroup(new($"{g}", "", ""), [.. Enumerable.Range(4 * g, 4).Select(i =>
        {
            float[] sampled = [.. logs[i].Select((l, t) => (float)(l + 0.05 * ((3 * i + 5 * t) % 7 - 3) - (i == 2 && t == 1 ? 4 : 0)))];
            return new Completion(sequences[i].PromptIds, sequences[i].ResponseIds, sampled, sampled, StopReason.Length);
        })]))];

    private static double[][] Parts(Tensor logs, TokenSequence[] sequences)
    {
        double[] all = logs.detach().data<double>().ToArray();
        int at = 0;
        return [.. sequences.Select(s => all[at..(at += s.ResponseIds.Length)])];
    }

    private static Transformer Open(string name, bool adapter)
    {
        using var golden = new GoldenModel(name);
        Transformer policy = adapter ? Transformer.LoadFrozen(golden.Folder) : Transformer.Load(golden.Folder);
        LoraAdapter lora = LoraAdapter.Load(golden.AdapterFolder, policy.Configuration);
        // Either way the policy differs from the reference.
        if (adapter) policy.Attach(lora);
        else policy.Merge(lora);
        return policy;
    }
}
