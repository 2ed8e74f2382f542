using Tilt.Objectives;
using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Settings;
using Tilt.Tasks;
using Tilt.Tasks.Embedded;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using Tilt.Training.Optimizers;
using Tilt.Training.Records;
using TorchSharp;

namespace Tilt.Training.Tests;

public sealed class TrainingRunTests
{
    public TrainingRunTests() => TorchRuntime.Configure(threads: 1);

    [Fact]
    public async Task The_same_seed_gives_the_same_metrics_and_weights()
    {
        using var model = new TinyModel();
        await TrainAsync(model.Configuration("one"));
        await TrainAsync(model.Configuration("two"));
        Assert.Equal(Metrics(model, "one"), Metrics(model, "two"));
        Assert.Equal(Weights(model, "one", 6), Weights(model, "two", 6));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task An_interrupted_run_ends_like_an_uninterrupted_one_bit_for_bit(int interruptedAfter)
    {
        using var model = new TinyModel();
        await TrainAsync(model.Configuration("whole"));
        using (var run = TrainingRun.Open(model.Configuration("parts")))
        {
            using var stop = new CancellationTokenSource();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.RunAsync(new StopAt(interruptedAfter, stop), stop.Token));
        }

        // A killed process leaves half a line and lines that no checkpoint covers.
        await File.AppendAllTextAsync(Path.Combine(model.Root, "parts", "metrics.jsonl"), "{\"step\":99}\n{\"step\":1",
            TestContext.Current.CancellationToken);
        await TrainAsync(model.Configuration("parts"));
        Assert.Equal(Metrics(model, "whole"), Metrics(model, "parts"));
        Assert.Equal(Weights(model, "whole", 6), Weights(model, "parts", 6));
    }

    [Fact]
    public async Task A_longer_run_continues_a_shorter_one()
    {
        using var model = new TinyModel();
        await TrainAsync(model.Configuration("short", steps: 4));
        await TrainAsync(model.Configuration("short", steps: 6));
        await TrainAsync(model.Configuration("long", steps: 6));
        Assert.Equal(Weights(model, "long", 6), Weights(model, "short", 6));
    }

    [Fact]
    public async Task A_run_whose_learning_rate_falls_to_the_last_step_cannot_be_made_longer()
    {
        using var model = new TinyModel();
        TrainingConfiguration Falling(int steps) =>
            model.Configuration("falling", steps: steps) with { Optimizer = new() { Decay = LearningRateDecay.Linear } };
        await TrainAsync(Falling(4));
        Assert.Contains("steps: 4, now 6", (await Assert.ThrowsAsync<InputException>(() => TrainAsync(Falling(6)))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_another_run_is_refused_with_what_differs()
    {
        using var model = new TinyModel();
        await TrainAsync(model.Configuration("run", steps: 1));
        var other = model.Configuration("run", new() { Regime = Regime.Tempered, Alpha = 4 }, steps: 1);
        var error = Assert.Throws<InputException>(() => TrainingRun.Open(other));
        Assert.Contains("alpha: 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_of_another_format_is_refused()
    {
        using var model = new TinyModel();
        await TrainAsync(model.Configuration("run", steps: 1));
        string file = Path.Combine(model.Root, "run", "checkpoints", "step-1", "state.json");
        string state = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Contains("\"format\": 1,", state, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, state.Replace("\"format\": 1,", "\"format\": 2,", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        var exception = await Assert.ThrowsAsync<InputException>(() => TrainAsync(model.Configuration("run", steps: 2)));
        Assert.Contains("has format 2", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Regime.TaskReward, false)]
    [InlineData(Regime.Sharpening, false)]
    [InlineData(Regime.Sharpening, true)]
    public async Task Every_response_has_the_length_its_mode_says_and_metrics_are_finite(Regime regime, bool fixedLength)
    {
        using var model = new TinyModel();
        var configuration = model.Configuration("run", new() { Regime = regime, FixedLength = fixedLength }, steps: 2);
        await TrainAsync(configuration);
        using var last = System.Text.Json.JsonDocument.Parse(Metrics(model, "run")[^1]);
        foreach (var property in last.RootElement.EnumerateObject())
            Assert.True(double.IsFinite(property.Value.GetDouble()), property.Name);
        if (fixedLength) Assert.Equal(configuration.Rollout.MaxNewTokens, last.RootElement.GetProperty("response/length").GetDouble());
        if (last.RootElement.TryGetProperty("rollout/mismatch_kl", out var mismatch)) Assert.InRange(mismatch.GetDouble(), -1e-5, 1e-5);
    }

    [Fact]
    public void Five_hundred_updates_leave_the_number_of_live_tensors_flat()
    {
        using var model = new TinyModel();
        using var weights = Transformer.Load(model.Folder);
        var configuration = model.Configuration("flat") with { Optimizer = new() { LearningRate = 1e-6 } };
        var optimizer = new PolicyOptimizer(weights, new AdamW(weights.Parameters.Select(p => (p.Name, p.Value)), new()), configuration);
        WeightedSequence[] batch =
        [
            new(new([0, 3, 4], [5, 6, 0]), [0.1f, 0.1f, 0.2f], [-1, -1, -1]),
            new(new([0, 3], [7, 0]), [-0.1f, -0.1f], [-1, -1]),
        ];
        for (int i = 0; i < 10; i++) optimizer.Step(i, batch);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 10; i < 510; i++) optimizer.Step(i, batch);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [InlineData(LossAggregation.TokenMean, 3000)]
    [InlineData(LossAggregation.TokenMean, 1)]
    [InlineData(LossAggregation.SequenceMeanTokenMean, 3000)]
    [InlineData(LossAggregation.SequenceMeanTokenMean, 1)]
    [InlineData(LossAggregation.SequenceSum, 3000)]
    [InlineData(LossAggregation.SequenceSum, 1)]
    public void The_loss_is_averaged_as_configured_however_the_batch_is_split(LossAggregation aggregation, int microBatchTokens)
    {
        using var model = new TinyModel();
        using var weights = Transformer.Load(model.Folder);
        var configuration =
            model.Configuration("aggregation") with { Loss = new() { Aggregation = aggregation, MicroBatchTokens = microBatchTokens } };
        TokenSequence[] sequences = [new([0, 3, 4], [5, 6, 7, 0]), new([0, 3], [7, 0]), new([0, 3], [0])];
        float[][] sampling = [[-1, -2, -1.5f, -1], [-1, -1], [-2]];
        double[] advantages = [0.5, -0.25, 2];
        float[][] policy = [.. sequences.Select(
            s => { using torch.Tensor l = weights.ResponseLogProbabilities([s]).detach(); return l.data<float>().ToArray(); })];
        PromptGroup[] groups = [new(new("p", "", ""),
            [.. sequences.Select((s, i) => new Completion(s.PromptIds, s.ResponseIds, sampling[i], policy[i], StopReason.EndOfSequence))])];
        RewardScore[][] scores = [[.. sequences.Select(_ => new RewardScore(1, RewardOutcome.Correct, null))]];
        float[][][] tokens = TokenWeights.Of(groups, scores, [advantages], Likelihoods.Of([policy], null), configuration.ToLossRule());
        double expected = 0, limit = configuration.Rollout.MaxNewTokens;
        for (int i = 0; i < sequences.Length; i++)
        {
            double sum = policy[i].Select((l, t) => Math.Min(20, Math.Exp(l - sampling[i][t])) * l).Sum();
            double divided = aggregation switch
            {
                LossAggregation.TokenMean => sum / (4 + 2 + 1),
                LossAggregation.SequenceMeanTokenMean => sum / sequences[i].ResponseIds.Length / 3,
                _ => sum / limit / 3,
            };
            expected -= advantages[i] * divided;
        }
        var optimizer = new PolicyOptimizer(weights, new AdamW(weights.Parameters.Select(p => (p.Name, p.Value)), new()), configuration);
        Assert.Equal(expected, optimizer.Step(0, WeightedSequence.Of(groups, tokens)).Loss, 1e-5 * Math.Abs(expected));
    }

    [Fact]
    public void A_step_without_any_weight_decays_weights_also_as_the_first_of_a_process()
    {
        using var model = new TinyModel();
        var configuration =
            model.Configuration("empty") with { Optimizer = new() { LearningRate = 1e-2, WarmupSteps = 0, WeightDecay = 0.5 } };
        using var weights = Transformer.Load(model.Folder);
        float before = weights.CopyWeights()["model.embed_tokens.weight"][5];
        new PolicyOptimizer(weights, new AdamW(weights.Parameters.Select(p => (p.Name, p.Value)), configuration.Optimizer.ToAdamW()),
            configuration).Step(0, []);
        Assert.Equal(before * (1 - 1e-2 * 0.5), weights.CopyWeights()["model.embed_tokens.weight"][5], 1e-6);
    }

    [Fact]
    public void Sequences_without_weight_change_nothing()
    {
        using var model = new TinyModel();
        var configuration = model.Configuration("zeros");
        WeightedSequence with = new(new([0, 3, 4], [5, 6, 0]), [0.1f, 0.1f, 0.2f], [-1, -1, -1]);
        PromptGroup[] groups = [new(new("p", "", ""), [Completion(with), Completion(new(new([0, 3], [7, 0]), [0, 0], [-1, -1]))])];
        Assert.Equal([[.. with.Weights]], WeightedSequence.Of(groups, [[with.Weights, [0, 0]]]).Select(s => s.Weights));
        float[] Updated(params WeightedSequence[] batch)
        {
            using var weights = Transformer.Load(model.Folder);
            new PolicyOptimizer(weights, new AdamW(weights.Parameters.Select(p => (p.Name, p.Value)), new()), configuration).Step(0, batch);
            return weights.CopyWeights()["model.embed_tokens.weight"];
        }

        float[] alone = Updated(with), beside = Updated(with, new(new([0, 3], [7, 0]), [0, 0], [-1, -1]));
        Assert.All(alone.Zip(beside), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));

        static Completion Completion(WeightedSequence s) =>
            new(s.Sequence.PromptIds, s.Sequence.ResponseIds, s.SamplingLogProbabilities, s.SamplingLogProbabilities,
                StopReason.EndOfSequence);
    }

    [Theory]
    [InlineData(false, TrainingPrecision.Float32)]
    [InlineData(true, TrainingPrecision.Float32)]
    [InlineData(true, TrainingPrecision.Bfloat16)]
    public async Task The_libtorch_engine_trains_and_resumes_bit_for_bit(bool adapter, TrainingPrecision precision)
    {
        using var model = new TinyModel();
        TrainingConfiguration Run(string name, int steps) => model.Configuration(name, steps: steps) with
        {
            Engine = EngineName.Libtorch,
            Dtype = precision,
            Adapter = adapter ? new() { Rank = 2 } : null,
        };
        await TrainAsync(Run("whole", 4));
        await TrainAsync(Run("parts", 2));
        await TrainAsync(Run("parts", 4));
        Assert.Equal(Metrics(model, "whole")[^1], Metrics(model, "parts")[^1]);
        using var last = System.Text.Json.JsonDocument.Parse(Metrics(model, "whole")[^1]);
        Assert.Equal(0, last.RootElement.GetProperty("rollout/staleness").GetDouble());
        double mismatch = precision == TrainingPrecision.Float32 ? 1e-4 : 0.05;
        Assert.InRange(last.RootElement.GetProperty("rollout/mismatch_kl").GetDouble(), -mismatch, mismatch);
    }

    [Fact]
    public async Task Both_engines_sample_the_same_and_learn_the_same()
    {
        using var model = new TinyModel();
        await TrainAsync(model.Configuration("fused", steps: 1));
        await TrainAsync(model.Configuration("libtorch", steps: 1) with { Engine = EngineName.Libtorch });
        using System.Text.Json.JsonDocument fused = System.Text.Json.JsonDocument.Parse(Metrics(model, "fused")[1]),
            libtorch = System.Text.Json.JsonDocument.Parse(Metrics(model, "libtorch")[1]);
        foreach (string name in (string[])["reward/shaped", "kl/reference", "likelihood/reference", "gradient/norm", "response/length",
            "policy/entropy", "evaluation/kl"])
            Assert.Equal(fused.RootElement.TryGetProperty(name, out var f) ? f.GetDouble() : 0,
                libtorch.RootElement.TryGetProperty(name, out var l) ? l.GetDouble() : 0, 1e-3);
    }

    [Fact]
    public async Task A_task_reward_without_tracking_loads_no_reference()
    {
        using var model = new TinyModel();
        using var run = TrainingRun.Open(
            model.Configuration("plain", new() { Regime = Regime.TaskReward }, steps: 2) with { TrackReference = false, Reference = null });
        await run.RunAsync(null, TestContext.Current.CancellationToken);
        Assert.False(run.Reference.IsLoaded);
        Assert.DoesNotContain("kl/reference", Metrics(model, "plain")[^1], StringComparison.Ordinal);
        Assert.Contains("evaluation/accuracy", Metrics(model, "plain")[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AdvantageName.LeaveOneOut)]
    [InlineData(AdvantageName.Grpo)]
    [InlineData(AdvantageName.DrGrpo)]
    [InlineData(AdvantageName.None)]
    public async Task Every_advantage_and_importance_level_trains(AdvantageName advantage)
    {
        using var model = new TinyModel();
        foreach (ImportanceLevel level in Enum.GetValues<ImportanceLevel>())
        {
            string name = $"{advantage}-{level}";
            await TrainAsync(model.Configuration(name, steps: 2) with { Advantage = advantage, Importance = new() { Level = level } });
            using var last = System.Text.Json.JsonDocument.Parse(Metrics(model, name)[^1]);
            Assert.True(last.RootElement.GetProperty("gradient/norm").GetDouble() > 0, name);
        }
    }

    [Fact]
    public async Task A_task_and_a_reward_of_ones_own_are_trained_on()
    {
        using var model = new TinyModel();
        using var run = TrainingRun.Open(model.Configuration("own", steps: 2), tokenizer => new OneProblem(tokenizer));
        await run.RunAsync(null, TestContext.Current.CancellationToken);
        using var last = System.Text.Json.JsonDocument.Parse(Metrics(model, "own")[^1]);
        Assert.Equal(0.25, last.RootElement.GetProperty("reward/task").GetDouble());
    }

    private sealed class OneProblem(ITokenizer tokenizer) : ITask
    {
        public string Name => "one";

        public IReward Reward => new Quarter();

        public IReadOnlyList<Problem> TrainingProblems(int step, int count, uint seed) =>
            [.. Enumerable.Range(0, count).Select(i => new Problem($"{i}", "1+2", "3"))];

        public IReadOnlyList<Problem> HeldOutProblems(HeldOutSplit split, int count) => TrainingProblems(0, count, 0);

        public int[] Prompt(Problem problem) => EmbeddedProblems.Prompt(problem, tokenizer);
    }

    private sealed class Quarter : IReward
    {
        public string Name => "quarter";

        public ValueTask<RewardScore[]> ScoreAsync(IReadOnlyList<ScoredResponse> responses,
            CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(responses.Select(_ => new RewardScore(0.25, RewardOutcome.Incorrect, null)).ToArray());
    }

    private static async Task TrainAsync(TrainingConfiguration configuration)
    {
        using var run = TrainingRun.Open(configuration);
        await run.RunAsync(null, TestContext.Current.CancellationToken);
    }

    private static string[] Metrics(TinyModel model, string name) => File.ReadAllLines(Path.Combine(model.Root, name, "metrics.jsonl"));

    private static byte[] Weights(TinyModel model, string name, int step) =>
        File.ReadAllBytes(Path.Combine(model.Root, name, "checkpoints", $"step-{step}", "model.safetensors"));

    private sealed class StopAt(int step, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.State.Step == step) stop.Cancel();
        }
    }
}
