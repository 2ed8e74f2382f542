using Tilt.Rollouts;
using Tilt.Tasks.Embedded;

namespace Tilt.Training.Evaluation;

/// <summary>The fixed problems of evaluations: the same in every run, equal shares of levels.</summary>
public static class EvaluationProblems
{
    // Part of the data's definition: another seed would be another test.
    private const uint Seed = 0;

    /// <summary>The first <paramref name="count"/> problems of a split.</summary>
    /// <exception cref="InputException"><paramref name="count"/> is not a positive multiple of the number of levels.</exception>
    public static IReadOnlyList<Problem> Of(Split split, int count)
    {
        int levels = EmbeddedTask.Levels.Count;
        if (count <= 0 || count % levels != 0)
            throw new InputException($"The number of {split} problems is {count}; levels have equal shares, so it must be a positive multiple of {levels}.");
        return EmbeddedTask.Problems(split, count / levels, Seed);
    }
}
