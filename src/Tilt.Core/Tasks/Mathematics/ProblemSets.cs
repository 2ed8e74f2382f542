using Tilt.Rollouts;
using Tilt.Verification;

namespace Tilt.Tasks.Mathematics;

/// <summary>
/// The problems of a task, made ready: those whose gold answer cannot be read are left out, those of the test set are left out of
/// training, and a slice of the training set is held out for selection.
/// </summary>
/// <param name="Training">What is trained on.</param>
/// <param name="Selection">Held out of the training set, for choosing checkpoints.</param>
/// <param name="Test">For final figures.</param>
/// <param name="Notes">What was left out and why, a sentence each.</param>
public sealed record ProblemSets(IReadOnlyList<Problem> Training, IReadOnlyList<Problem> Selection, IReadOnlyList<Problem> Test,
    IReadOnlyList<string> Notes)
{
    private const int MostListed = 20;

    private const string Remedy = "Correct or complete the file; fields.answer=COLUMN and answer_from tell where its answers stand.";

    /// <summary>Prepares problems.</summary>
    /// <param name="training">The training set as it was read; empty where there is none.</param>
    /// <param name="test">The test set as it was read; empty where there is none.</param>
    /// <param name="selectionShare">Share of the training problems that is held out, by a hash of their texts: the same problems always,
    /// whatever else is in the file.</param>
    /// <param name="verifier">Tells whether a gold answer can be read.</param>
    /// <exception cref="InputException">Nothing is left of a set.</exception>
    public static ProblemSets Of(IReadOnlyList<Problem> training, IReadOnlyList<Problem> test, double selectionShare, Verifier verifier)
    {
        var notes = new List<string>();
        Problem[] judgedTraining = Readable(training, "training", verifier, notes),
            judgedTest = Readable(test, "test", verifier, notes);
        HashSet<string> exact = judgedTest.Select(problem => problem.Text).ToHashSet(StringComparer.Ordinal),
            normalized = judgedTest.Select(problem => ProblemText.Normalize(problem.Text)).ToHashSet(StringComparer.Ordinal);
        var kept = new List<Problem>();
        var shared = new List<Problem>();
        foreach (Problem problem in judgedTraining) (normalized.Contains(ProblemText.Normalize(problem.Text)) ? shared : kept).Add(problem);
        if (shared.Count > 0)
        {
            int equal = shared.Count(problem => exact.Contains(problem.Text));
            notes.Add($"{shared.Count} training {Problems(shared.Count)} also in the test set ({equal} letter by "
                + $"letter, {shared.Count - equal} in another spelling) and left out of training: {Ids(shared)}.");
        }

        int repeated = kept.Count - kept.Select(problem => ProblemText.Normalize(problem.Text)).Distinct(StringComparer.Ordinal).Count();
        if (repeated > 0) notes.Add($"{repeated} training {Problems(repeated)} in the set more than once; they stay.");
        Problem[] selection = [.. kept.Where(problem => ProblemText.Share(problem.Text) < selectionShare)
            .OrderBy(problem => ProblemText.Share(problem.Text))];
        Problem[] trained = [.. kept.Where(problem => ProblemText.Share(problem.Text) >= selectionShare)];
        if (training.Count > 0 && trained.Length == 0)
            throw new InputException($"Of {training.Count} training problems none is left to train on. {string.Join(" ", notes)} {Remedy}");
        if (test.Count > 0 && judgedTest.Length == 0)
            throw new InputException($"Of {test.Count} test problems none is left. {string.Join(" ", notes)} {Remedy}");
        return new(trained, selection, judgedTest, notes);
    }

    private static Problem[] Readable(IReadOnlyList<Problem> problems, string set, Verifier verifier, List<string> notes)
    {
        Problem[] wrong = [.. problems.Where(problem => !verifier.CanReadGold(problem.Answer))];
        if (wrong.Length == 0) return [.. problems];
        notes.Add($"{wrong.Length} {set} {Problems(wrong.Length)} left out because the gold answer cannot be read: {Ids(wrong)}.");
        return [.. problems.Except(wrong)];
    }

    private static string Problems(int count) => count == 1 ? "problem is" : "problems are";

    private static string Ids(IReadOnlyList<Problem> problems) =>
        string.Join(", ", problems.Take(MostListed).Select(problem => problem.Id)) + (problems.Count > MostListed ? ", …" : "");
}
