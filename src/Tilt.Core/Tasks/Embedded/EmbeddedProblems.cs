using System.Globalization;
using Tilt.Rollouts;

namespace Tilt.Tasks.Embedded;

/// <summary>The four disjoint parts of the embedded task. Values are part of the data's definition and never change.</summary>
public enum Split
{
    /// <summary>Final figures only: never trained on, never used to choose anything.</summary>
    Test = 0,

    /// <summary>Choosing checkpoints, learning rates and corpus mixtures.</summary>
    Selection = 1,

    /// <summary>Reinforcement learning.</summary>
    Training = 2,

    /// <summary>Pretraining of the base model.</summary>
    Pretraining = 3,
}

/// <summary>
/// The problems of the embedded task: chained arithmetic on four levels of difficulty, with equal shares of levels everywhere. A problem
/// belongs to exactly one <see cref="Split"/>, decided by its terms alone: the same chain in another wording is in the same split.
/// </summary>
public static class EmbeddedProblems
{
    /// <summary>How a prompt is made from <see cref="Problem.Text"/>; the begin-of-sequence token stands before it.</summary>
    public const string PromptTemplate = Phrases.Question + "{problem}" + Phrases.Answer;

    /// <summary>Most tokens a response of the corpus has is below this: the usual limit of new tokens.</summary>
    public const int MaxNewTokens = 90;

    /// <summary>Seed of the fixed sets that evaluations use. Part of the data's definition: another seed would be another test.</summary>
    public const uint FixedSeed = 0;

    private const int MostAttempts = 100_000;

    /// <summary>The levels, 1 … 4.</summary>
    public static IReadOnlyList<int> Levels { get; } = [.. Enumerable.Range(1, ChainedArithmetic.LevelCount)];

    /// <summary>
    /// The split of a chain: FNV-1a and SplitMix64's finaliser over <see cref="ArithmeticChain.Expression"/>, modulo 10.
    /// 0 is test, 1 selection, 2 and 3 training, the rest pretraining.
    /// </summary>
    public static Split SplitOf(ArithmeticChain chain) => (StableHash.Of(chain.Expression) % 10) switch
    {
        0 => Split.Test,
        1 => Split.Selection,
        2 or 3 => Split.Training,
        _ => Split.Pretraining,
    };

    /// <summary>A fixed set of problems without duplicate chains, levels taking turns (1, 2, 3, 4, 1, …).</summary>
    /// <param name="split">The split to draw from.</param>
    /// <param name="perLevel">Problems of each level.</param>
    /// <param name="seed">Decides which problems are drawn.</param>
    /// <exception cref="InputException">A level has fewer different problems in this split.</exception>
    public static IReadOnlyList<Problem> Problems(Split split, int perLevel, uint seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(perLevel);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var problems = new List<Problem>(perLevel * Levels.Count);
        for (int i = 0; i < perLevel * Levels.Count; i++)
            problems.Add(DrawUnseen(i % Levels.Count + 1, split, seen,
                attempt => new RandomStream(seed, RandomDomain.ProblemGeneration, (uint)split, (uint)i, attempt)));
        return problems;
    }

    /// <summary>
    /// The problems of one training step, from an endless stream: equal shares of levels, levels taking turns, no chain twice
    /// within a step. A step's problems depend on nothing but the arguments.
    /// </summary>
    /// <param name="step">The training step.</param>
    /// <param name="promptsPerStep">Number of problems, a multiple of the number of levels.</param>
    /// <param name="seed">The run's seed.</param>
    /// <exception cref="ArgumentException"><paramref name="promptsPerStep"/> is not a positive multiple of 4.</exception>
    public static IReadOnlyList<Problem> TrainingBatch(int step, int promptsPerStep, uint seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (promptsPerStep <= 0 || promptsPerStep % Levels.Count != 0)
            throw new ArgumentException($"Levels have equal shares in every step, so the number of prompts must be a positive multiple "
                + $"of {Levels.Count}; it is {promptsPerStep}.", nameof(promptsPerStep));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var problems = new Problem[promptsPerStep];
        for (int i = 0; i < problems.Length; i++)
            problems[i] = DrawUnseen(i % Levels.Count + 1, Split.Training, seen,
                attempt => new RandomStream(seed, RandomDomain.ProblemOrder, (uint)step, (uint)i, attempt));
        return problems;
    }

    /// <summary>Token ids of a problem's prompt, the begin-of-sequence token first.</summary>
    public static int[] Prompt(Problem problem, ITokenizer tokenizer)
    {
        int[] ids = tokenizer.Encode(PromptTemplate.Replace("{problem}", problem.Text, StringComparison.Ordinal));
        return tokenizer.BeginOfSequenceId is { } begin ? [begin, .. ids] : ids;
    }

    private static Problem DrawUnseen(int level, Split split, HashSet<string> seen, Func<uint, RandomStream> streamOf)
    {
        for (uint attempt = 0; attempt < MostAttempts; attempt++)
        {
            var random = new RandomCursor(streamOf(attempt));
            var chain = ChainedArithmetic.Draw(level, random);
            if (SplitOf(chain) != split || !seen.Add(chain.Expression)) continue;
            return ProblemOf(chain, ChainedArithmetic.DrawSurface(chain, random));
        }
        throw new InputException($"After {seen.Count} problems, {MostAttempts} draws gave no new problem of level {level} in the {split} "
            + $"split of the embedded task: ask for fewer problems.");
    }

    private static Problem ProblemOf(ArithmeticChain chain, string text) =>
        new($"L{chain.Level}-{StableHash.Of(text):x16}", text, chain.Answer.ToString(CultureInfo.InvariantCulture)) { Level = chain.Level };
}
