using Tilt.Rewards;
using Tilt.Rollouts;

namespace Tilt.Tasks.Embedded;

/// <summary>The task that the embedded model knows: <see cref="EmbeddedProblems"/>, judged by the whole number in the last box.</summary>
/// <param name="tokenizer">The embedded model's tokenizer.</param>
public sealed class EmbeddedTask(ITokenizer tokenizer) : ITask
{
    /// <inheritdoc/>
    public string Name => "embedded";

    /// <inheritdoc/>
    public IReward Reward { get; } = new ChainedArithmeticReward();

    /// <inheritdoc/>
    public IReadOnlyList<Problem> TrainingProblems(int step, int count, uint seed)
    {
        CheckCount("training problems of a step", count);
        return EmbeddedProblems.TrainingBatch(step, count, seed);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Problem> HeldOutProblems(HeldOutSplit split, int count) => HeldOut(split, count);

    /// <summary>The problems of a held-out split without a task: they need no tokenizer.</summary>
    /// <exception cref="InputException"><paramref name="count"/> is not a positive multiple of the number of levels.</exception>
    public static IReadOnlyList<Problem> HeldOut(HeldOutSplit split, int count)
    {
        CheckCount($"{(split == HeldOutSplit.Test ? "test" : "selection")} problems", count);
        return EmbeddedProblems.Problems(split == HeldOutSplit.Test ? Split.Test : Split.Selection, count / EmbeddedProblems.Levels.Count,
            EmbeddedProblems.FixedSeed);
    }

    /// <inheritdoc/>
    public int[] Prompt(Problem problem) => EmbeddedProblems.Prompt(problem, tokenizer);

    private static void CheckCount(string what, int count)
    {
        int levels = EmbeddedProblems.Levels.Count;
        if (count <= 0 || count % levels != 0)
            throw new InputException(
                $"The number of {what} is {count}; levels have equal shares, so it must be a positive multiple of {levels}.");
    }
}
