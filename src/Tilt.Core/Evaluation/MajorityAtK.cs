using Tilt.Rollouts;

namespace Tilt.Evaluation;

/// <summary>
/// maj@k: the probability that the majority vote of k of a problem's outputs, drawn without replacement, is right. Answers are
/// grouped by canonical form; outputs without an answer abstain; when all abstain the vote is wrong; ties are broken uniformly.
/// </summary>
public static class MajorityAtK
{
    /// <summary>Number of random subsets that stand for all of them (the paper's number, arXiv 2604.16259).</summary>
    public const int Subsets = 1000;

    /// <summary>maj@k of one problem: exact for k = 1 and k = n, else over <see cref="Subsets"/> random subsets.</summary>
    /// <param name="answers">Canonical answer of each output, null where it abstains, <c>[n]</c>.</param>
    /// <param name="correct">Whether each output is right, <c>[n]</c>.</param>
    /// <param name="k">Outputs that vote.</param>
    /// <param name="stream">Random numbers of the subsets.</param>
    /// <exception cref="ArgumentException">k exceeds the number of outputs or is not positive, or the lengths differ.</exception>
    public static double Of(IReadOnlyList<string?> answers, IReadOnlyList<bool> correct, int k, RandomStream stream)
    {
        if (answers.Count != correct.Count) throw new ArgumentException($"There are {answers.Count} answers but {correct.Count} verdicts.", nameof(correct));
        if (k < 1 || k > answers.Count) throw new ArgumentException($"maj@{k} needs at least {k} outputs a problem; there are {answers.Count}.", nameof(k));
        int[] order = [.. Enumerable.Range(0, answers.Count)];
        if (k == answers.Count) return Vote(answers, correct, order);
        if (k == 1) return order.Average(i => Vote(answers, correct, [i]));
        double sum = 0;
        uint position = 0;
        for (int s = 0; s < Subsets; s++)
        {
            for (int i = 0; i < k; i++)
            {
                int j = i + stream.Below(order.Length - i, position++);
                (order[i], order[j]) = (order[j], order[i]);
            }

            sum += Vote(answers, correct, order.AsSpan(0, k));
        }

        return sum / Subsets;
    }

    /// <summary>Probability that the vote of the given outputs is right, over the uniform breaking of ties.</summary>
    private static double Vote(IReadOnlyList<string?> answers, IReadOnlyList<bool> correct, ReadOnlySpan<int> voters)
    {
        var classes = new Dictionary<string, (int Votes, bool Correct)>(StringComparer.Ordinal);
        foreach (int i in voters)
        {
            if (answers[i] is { } answer)
                classes[answer] = (classes.GetValueOrDefault(answer).Votes + 1, correct[i]);
        }

        if (classes.Count == 0) return 0;
        int most = classes.Values.Max(c => c.Votes);
        return classes.Values.Where(c => c.Votes == most).Average(c => c.Correct ? 1.0 : 0);
    }
}
