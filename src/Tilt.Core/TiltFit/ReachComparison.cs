using MathNet.Numerics.Distributions;
using Tilt.Rollouts;
using Tilt.Statistics;

namespace Tilt.TiltFit;

/// <summary>Which problems each model reaches within its draws.</summary>
public sealed record ReachComparison
{
    // One-sided: 0 of n bounds a probability by 1 − 0.05^(1/n), about 3/n.
    private const double Tail = 0.05;

    /// <summary>pass@k of both models and their difference, by k.</summary>
    public required IReadOnlyList<PassAtKPair> PassAtK { get; init; }

    /// <summary>n, draws a prompt from each model.</summary>
    public required int Draws { get; init; }

    /// <summary>Problems that the base never solved in its n draws.</summary>
    public required int NeverSolvedByBase { get; init; }

    /// <summary>With 95 % confidence the base solves such a problem with at most this probability.</summary>
    public required double NeverSolvedBound { get; init; }

    /// <summary>Of these problems, those that the tuned model solved at least once.</summary>
    public required int ThenSolvedByTuned { get; init; }

    /// <summary>
    /// Of these problems, those on which the tuned model's lower bound (95 %, one-sided) lies above the base's upper bound.
    /// </summary>
    public required int NewlySolved { get; init; }

    /// <summary>Accuracy of the tuned model on these problems; null when there are none.</summary>
    public required double? TunedAccuracyOnThem { get; init; }

    /// <summary>Problems that the base solved and the tuned model never.</summary>
    public required int LostByTuned { get; init; }

    /// <summary>Compares the draws.</summary>
    /// <param name="prompts">Draws with rewards, as many from each model for every prompt.</param>
    /// <param name="stream">Random numbers of the bootstrap.</param>
    public static ReachComparison Of(IReadOnlyList<PromptDraws> prompts, RandomStream stream)
    {
        int draws = prompts.Min(prompt => Math.Min(prompt.FromBase.Count, prompt.FromTuned.Count));
        double bound = 1 - Math.Pow(Tail, 1.0 / draws);
        var solved =
            prompts.Select(prompt => (Base: Solved(prompt.FromBase), Tuned: Solved(prompt.FromTuned), N: prompt.FromTuned.Count)).ToArray();
        var never = solved.Where(s => s.Base == 0).ToArray();
        return new ReachComparison
        {
            PassAtK = [.. Powers(draws).Select((k, i) => Pair(prompts, k, bound, stream with { Step = stream.Step + (uint)(3 * i) }))],
            Draws = draws,
            NeverSolvedByBase = never.Length,
            NeverSolvedBound = bound,
            ThenSolvedByTuned = never.Count(s => s.Tuned > 0),
            NewlySolved = never.Count(s => s.Tuned > 0 && Beta.InvCDF(s.Tuned, s.N - s.Tuned + 1, Tail) > bound),
            TunedAccuracyOnThem = never.Length == 0 ? null : never.Average(s => (double)s.Tuned / s.N),
            LostByTuned = solved.Count(s => s.Base > 0 && s.Tuned == 0),
        };
    }

    private static IEnumerable<int> Powers(int draws)
    {
        for (int k = 1; k < draws; k *= 2) yield return k;
        yield return draws;
    }

    private static PassAtKPair Pair(IReadOnlyList<PromptDraws> prompts, int k, double bound, RandomStream stream)
    {
        double[] ofBase = [.. prompts.Select(prompt => Statistics.PassAtK.Of(prompt.FromBase.Count, Solved(prompt.FromBase), k))];
        double[] ofTuned = [.. prompts.Select(prompt => Statistics.PassAtK.Of(prompt.FromTuned.Count, Solved(prompt.FromTuned), k))];
        double[] differences = [.. ofTuned.Zip(ofBase, (a, b) => a - b)];
        bool hasInterval = prompts.Count >= PromptBootstrap.FewestPrompts;
        return new PassAtKPair(
            k,
            TiltEstimate.Of(ofBase.Average(), hasInterval ? Intervals.OfAccuracy(ofBase, stream) : null),
            TiltEstimate.Of(ofTuned.Average(), hasInterval ? Intervals.OfAccuracy(ofTuned, stream with { Step = stream.Step + 1 }) : null),
            TiltEstimate.Of(differences.Average(),
                hasInterval ? Intervals.BootstrapT(differences, stream with { Step = stream.Step + 2 }) : null),
            1 - Math.Pow(1 - bound, k));
    }

    private static int Solved(IReadOnlyList<ScoredDraw> draws) => draws.Count(draw => draw.IsCorrect);
}

/// <summary>pass@k of both models.</summary>
/// <param name="K">k.</param>
/// <param name="Base">The base model's.</param>
/// <param name="Tuned">The tuned model's.</param>
/// <param name="Difference">Tuned minus base, paired by problem.</param>
/// <param name="NeverSolvedBound">What pass@k of a problem is at most (95 %) that the base never solved.</param>
public sealed record PassAtKPair(int K, TiltEstimate Base, TiltEstimate Tuned, TiltEstimate Difference, double NeverSolvedBound);
