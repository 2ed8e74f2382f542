using System.Globalization;
using Tilt.Results;
using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Statistics;

namespace Tilt.Studies.Evaluation;

/// <summary>From judged outputs to the figures of a method. The problem is the unit of every interval.</summary>
/// <param name="problems">The problems, in order.</param>
/// <param name="seed">Seed of resampling.</param>
/// <param name="textOf">The answer of an output as it stands there, which the authors' vote groups by (<see cref="AnswerText"/>); null lets
/// the verifier's classes vote.</param>
public sealed class EvaluationStatistics(IReadOnlyList<Problem> problems, uint seed, Func<EvaluatedOutput, string?>? textOf = null)
{
    private const int LargestK = 1 << 16;

    /// <summary>The figures of a method.</summary>
    /// <param name="name">The method.</param>
    /// <param name="outputs">Its outputs of each problem, <c>[problem][output]</c>, at least one each.</param>
    /// <param name="cost">Tokens generated and sent through a forward pass; null where they are not known.</param>
    /// <param name="seconds">Seconds of generation and judging.</param>
    /// <param name="usesGold">Whether gold answers decide the outputs.</param>
    public MethodEvaluation Of(string name, IReadOnlyList<EvaluatedOutput>[] outputs, (long Generated, long Forward)? cost, double seconds,
        bool usesGold = false)
    {
        double[] accuracy = [.. outputs.Select(of => of.Average(o => o.Outcome == RewardOutcome.Correct ? 1.0 : 0))];
        int samples = outputs.Min(of => of.Count);
        int[] ks = [.. Powers(samples)];
        EvaluatedOutput[] all = [.. outputs.SelectMany(of => of)];
        return new()
        {
            Name = name,
            UsesGold = usesGold,
            Samples = samples,
            Accuracy = accuracy.Average(),
            Ci = Interval(accuracy),
            PassAtK = ks.ToDictionary(k => k,
                k => outputs.Average(of => PassAtK.Of(of.Count, of.Count(o => o.Outcome == RewardOutcome.Correct), k))),
            MajAtK = ks.ToDictionary(k => k, k => Enumerable.Range(0, outputs.Length).Average(p => Majority(outputs[p], p, k))),
            MeanLength = all.All(o => o.Tokens is not null) ? outputs.Average(of => of.Average(o => (double)o.Tokens!.Value)) : null,
            Truncated = all.All(o => o.Ended is not null) ? outputs.Average(of => of.Average(o => o.Ended!.Value ? 0.0 : 1)) : null,
            Verdicts = Enum.GetValues<RewardOutcome>()
                .ToDictionary(NameOf, outcome => all.Count(o => o.Outcome == outcome), StringComparer.Ordinal),
            ByLevel = Groups(accuracy, problem => problem.Level?.ToString(CultureInfo.InvariantCulture)),
            BySubject = Groups(accuracy, problem => problem.Subject),
            TokensGenerated = cost?.Generated,
            TokensForward = cost?.Forward,
            Seconds = seconds,
            PerProblem = accuracy,
        };
    }

    /// <summary>The difference of two methods on the same problems.</summary>
    public PairedDifference Difference(IReadOnlyList<double> ours, IReadOnlyList<double> theirs) =>
        PairedComparison.Of(ours, theirs, Stream(2));

    /// <summary>How verdicts are written in files.</summary>
    internal static string NameOf(RewardOutcome outcome) =>
        outcome == RewardOutcome.OverBudget ? "over_budget" : outcome.ToString().ToLowerInvariant();

    private double[] Interval(IReadOnlyList<double> values)
    {
        Interval interval = Intervals.OfAccuracy(values, Stream(1));
        return [interval.Low, interval.High];
    }

    private Dictionary<string, GroupEvaluation> Groups(double[] accuracy, Func<Problem, string?> keyOf) =>
        Enumerable.Range(0, problems.Count)
            .Where(p => keyOf(problems[p]) is not null).GroupBy(p => keyOf(problems[p])!, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group =>
            {
                double[] values = [.. group.Select(p => accuracy[p])];
                return new GroupEvaluation(values.Length, values.Average(), Interval(values));
            }, StringComparer.Ordinal);

    private double Majority(IReadOnlyList<EvaluatedOutput> outputs, int problem, int k)
    {
        bool[] correct = [.. outputs.Select(o => o.Outcome == RewardOutcome.Correct)];
        string?[] given = [.. outputs.Select(o => textOf is null ? o.Answer : textOf(o))];
        // A reward may find one answer right in one form and wrong in another; the two are then two answers.
        HashSet<string> right = given.Where((answer, i) => answer is not null && correct[i]).Select(answer => answer!)
            .ToHashSet(StringComparer.Ordinal);
        string?[] answers = [.. given.Select(
            (answer, i) => answer is not null && !correct[i] && right.Contains(answer) ? answer + "\u0000wrong" : answer)];
        return MajorityAtK.Of(answers, correct, k, new(seed, RandomDomain.Statistics, 3, (uint)problem, (uint)k),
            textOf is null ? AbstentionRule.Abstain : AbstentionRule.Authors);
    }

    private RandomStream Stream(uint use) => new(seed, RandomDomain.Statistics, use, 0, 0);

    private static IEnumerable<int> Powers(int most)
    {
        for (int k = 1; k <= Math.Min(most, LargestK); k *= 2) yield return k;
    }
}
