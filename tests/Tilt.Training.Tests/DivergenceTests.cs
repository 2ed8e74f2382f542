using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Settings;
using Tilt.Tasks;
using Tilt.Tasks.Embedded;
using Tilt.Torch.Tensors;
using Tilt.Training.Rollouts;

namespace Tilt.Training.Tests;

/// <summary>Numbers that are none stop a run, are named, and reach no checkpoint.</summary>
public sealed class DivergenceTests
{
    public DivergenceTests() => TorchRuntime.Configure(threads: 1);

    [Fact]
    public async Task Weights_that_overflow_are_named_and_the_last_checkpoint_stands()
    {
        using var model = new TinyModel();
        TrainingConfiguration configuration = model.Configuration("run", new() { Regime = Regime.Sharpening }, steps: 6);
        await TrainAsync(configuration with { Steps = 2, Checkpoint = new() { Every = 2 } });
        ArithmeticException diverged = await Assert.ThrowsAsync<ArithmeticException>(() => TrainAsync(configuration with
        {
            Name = "diverged",
            Out = Path.Combine(model.Root, "diverged"),
            Optimizer = new() { LearningRate = 1e38, WarmupSteps = 0, WeightDecay = 0 },
            Checkpoint = new() { Every = 1 },
        }));
        Assert.Contains("diverged", diverged.Message, StringComparison.Ordinal);
        Assert.Contains("weights '", diverged.Message, StringComparison.Ordinal);
        string checkpoints = Path.Combine(model.Root, "diverged", "checkpoints");
        foreach (string file in Directory.Exists(checkpoints)
            ? Directory.GetFiles(checkpoints, "model.safetensors", SearchOption.AllDirectories)
            : [])
        {
            using var saved = Torch.Model.Transformer.Load(Path.GetDirectoryName(file)!);
            Assert.Null(saved.FirstNotFinite());
        }
    }

    [Fact]
    public async Task A_reward_that_is_no_number_is_named_with_its_problem_and_changes_nothing()
    {
        using var model = new TinyModel();
        using var run = TrainingRun.Open(model.Configuration("run", new() { Regime = Regime.TaskReward }, steps: 3),
            tokenizer => new BrokenTask(tokenizer));
        ArithmeticException broken = await Assert.ThrowsAsync<ArithmeticException>(
            () => run.RunAsync(null, TestContext.Current.CancellationToken));
        Assert.Contains("the task reward of response 1 to problem '1' is NaN", broken.Message, StringComparison.Ordinal);
        Assert.Null(run.Weights.FirstNotFinite());
    }

    [Fact]
    public void Groups_of_one_reward_are_replaced_in_their_order_by_those_of_another_draw_that_are_not()
    {
        RolloutBatch first = Batch("a", [[1, 1], [0, 1], [0, 0], [0.7, 0.7 + 1e-16]]),
            second = Batch("b", [[1, 0], [1, 1], [0, 1], [0, 0]]);
        RolloutBatch merged = first.WithUniformReplaced(second);
        Assert.Equal(["b0", "a1", "b2", "a3"], merged.Groups.Select(g => g.Problem.Id));
        Assert.Equal([false, false, false, true], merged.Uniform);
        Assert.Equal(2, merged.Replaced);
        Assert.Equal(["b0", "a1", "b2", "a3"], merged.Likelihoods.Policy.Select((p, g) => $"{(p[0] < -5 ? "b" : "a")}{g}"));
        // Two tokens a response: two groups of the first draw and two of the second are gone.
        Assert.Equal(2 * 2 * 2 * 2, merged.TokensDiscarded);
    }

    private static RolloutBatch Batch(string name, double[][] rewards) => new(
        [.. rewards.Select((group, g) => new PromptGroup(new($"{name}{g}", "", ""), [.. group.Select(_ =>
            new Completion([0], [1, 2], [-1, -1], [-1, -1], StopReason.EndOfSequence))]))],
        [.. rewards.Select(group => (RewardScore[])[.. group.Select(r => new RewardScore(r, RewardOutcome.Correct, null))])],
        Likelihoods.Of([.. rewards.Select(group => (float[][])[.. group.Select(_ => new float[] { name == "a" ? -1 : -9, -1 })])], null),
        rewards);

    private static async Task TrainAsync(TrainingConfiguration configuration)
    {
        using var run = TrainingRun.Open(configuration);
        await run.RunAsync(null, TestContext.Current.CancellationToken);
    }

    private sealed class BrokenTask(ITokenizer tokenizer) : ITask
    {
        public string Name => "broken";

        public IReward Reward => new BrokenReward();

        public IReadOnlyList<Problem> TrainingProblems(int step, int count, uint seed) =>
            [.. Enumerable.Range(0, count).Select(i => new Problem($"{i}", "1+2", "3"))];

        public IReadOnlyList<Problem> HeldOutProblems(HeldOutSplit split, int count) => TrainingProblems(0, count, 0);

        public int[] Prompt(Problem problem) => EmbeddedProblems.Prompt(problem, tokenizer);
    }

    private sealed class BrokenReward : IReward
    {
        public string Name => "broken";

        public ValueTask<RewardScore[]> ScoreAsync(IReadOnlyList<ScoredResponse> responses,
            CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(responses.Select(
                r => new RewardScore(r.Problem.Id == "1" ? double.NaN : 0, RewardOutcome.Incorrect, null)).ToArray());
    }
}
