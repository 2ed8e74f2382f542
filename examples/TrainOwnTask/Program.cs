// Trains the embedded model for a few steps on a task and a reward of one's own.
//
//   dotnet run -c Release --project examples/TrainOwnTask

using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Settings;
using Tilt.Tasks;
using Tilt.Tasks.Embedded;
using Tilt.Training;
using Tilt.Training.Records;

string folder = Directory.CreateTempSubdirectory("tilt-example-").FullName;
try
{
    // What is not said has the defaults of docs/configuration.md; a file is read with ConfigurationReader.
    var configuration = new TrainingConfiguration
    {
        Model = "assets/embedded",
        Out = Path.Combine(folder, "short"),
        Steps = 6,
        Dtype = TrainingPrecision.Float32,
        Rollout = new() { PromptsPerStep = 8, Generations = 8, MaxNewTokens = 40 },
        Optimizer = new() { LearningRate = 5e-4, WarmupSteps = 1 },
        Evaluation = new() { Every = 3, Problems = 16, Samples = 2 },
        Checkpoint = new() { Every = 6 },
    };
    using TrainingRun run = TrainingRun.Open(configuration, tokenizer => new Sums(tokenizer));
    RunState state = await run.RunAsync(progress: null, CancellationToken.None);
    Console.WriteLine($"{state.Step} steps; the last line of metrics.jsonl:");
    Console.WriteLine(File.ReadLines(Path.Combine(configuration.Out, "metrics.jsonl")).Last());
}
finally
{
    Directory.Delete(folder, recursive: true);
}

/// <summary>Sums of two numbers. Training problems depend on seed and step alone, so a resumed run sees the same ones.</summary>
internal sealed class Sums(ITokenizer tokenizer) : ITask
{
    public string Name => "sums";

    public IReward Reward { get; } = new ShortAnswer();

    public IReadOnlyList<Problem> TrainingProblems(int step, int count, uint seed) =>
        [.. Enumerable.Range(0, count)
            .Select(i => Sum(new RandomStream(seed, RandomDomain.ProblemGeneration, (uint)step, (uint)i, 0), $"{step}-{i}"))];

    // Another sample index than training's: held-out problems share no random numbers with it.
    public IReadOnlyList<Problem> HeldOutProblems(HeldOutSplit split, int count) =>
        [.. Enumerable.Range(0, count)
            .Select(i => Sum(new RandomStream(1, RandomDomain.ProblemGeneration, 0, (uint)i, 1 + (uint)split), $"{split}-{i}"))];

    public int[] Prompt(Problem problem) => EmbeddedProblems.Prompt(problem, tokenizer);

    private static Problem Sum(RandomStream stream, string id)
    {
        int a = 1 + stream.Below(9, 0), b = 1 + stream.Below(9, 1);
        return new(id, $"{a}+{b}", $"{a + b}");
    }
}

/// <summary>1 for the right answer in the box, less a hundredth for every character.</summary>
internal sealed class ShortAnswer : IReward
{
    private readonly ChainedArithmeticReward _answer = new();

    public string Name => "short-answer";

    public async ValueTask<RewardScore[]> ScoreAsync(IReadOnlyList<ScoredResponse> responses, CancellationToken cancellationToken = default)
    {
        RewardScore[] scores = await _answer.ScoreAsync(responses, cancellationToken);
        return [.. scores.Select((score, i) => score with { Value = score.Value - 0.01 * responses[i].Text.Length })];
    }
}
