using Tilt.Rollouts;

namespace Tilt.Statistics;

/// <summary>
/// maj@k: the probability that the majority vote of k of a problem's outputs, drawn without replacement, is right. Answers are
/// grouped by canonical form; ties are broken uniformly; outputs without an answer follow an <see cref="AbstentionRule"/>.
/// </summary>
/// <remarks>
/// Up to <see cref="MostExactOutputs"/> outputs the expectation over all subsets and tie-breaks is computed exactly; above that by
/// <see cref="Subsets"/> random subsets, with tie-breaks in expectation.
/// </remarks>
public static class MajorityAtK
{
    /// <summary>Most outputs for which the figure is exact.</summary>
    public const int MostExactOutputs = 128;

    /// <summary>Number of random subsets that stand for all of them above that (the paper's number, arXiv 2604.16259).</summary>
    public const int Subsets = 1000;

    /// <summary>maj@k of one problem.</summary>
    /// <param name="answers">Canonical answer of each output, null where none could be read, <c>[n]</c>.</param>
    /// <param name="correct">Whether each output is right, <c>[n]</c>.</param>
    /// <param name="k">Outputs that vote.</param>
    /// <param name="stream">Random numbers of the subsets; unused where the figure is exact.</param>
    /// <param name="rule">What outputs without an answer do.</param>
    /// <exception cref="ArgumentException">
    /// k exceeds the number of outputs or is not positive, the lengths differ, or one answer was judged both right and wrong.
    /// </exception>
    public static double Of(
        IReadOnlyList<string?> answers, IReadOnlyList<bool> correct, int k, RandomStream stream,
        AbstentionRule rule = AbstentionRule.Abstain)
    {
        if (answers.Count != correct.Count)
            throw new ArgumentException($"There are {answers.Count} answers but {correct.Count} verdicts.", nameof(correct));
        if (k < 1 || k > answers.Count)
            throw new ArgumentException($"maj@{k} needs at least {k} outputs a problem; there are {answers.Count}.", nameof(k));
        Ballot ballot = new(answers, correct, rule);
        return answers.Count <= MostExactOutputs ? ballot.ProbabilityCorrect(k) : ballot.SampledProbabilityCorrect(k, Subsets, stream);
    }
}
