using Tilt.Inference.Methods;
using Tilt.Results;
using Tilt.Rollouts;
using Tilt.Statistics;

namespace Tilt.Studies.Comparison;

/// <summary>What the claims are judged from: the methods' results on the same test problems.</summary>
/// <param name="Methods">Results.</param>
/// <param name="Levels">Level of each test problem, in the order of <see cref="TestResult.PerProblem"/>.</param>
/// <param name="Seed">Seed of resampling.</param>
public sealed record ClaimEvidence(IReadOnlyList<MethodResult> Methods, int[] Levels, uint Seed)
{
    private static readonly int[] HardLevels = [3, 4];

    /// <summary>The method of that name, or null when it was not run.</summary>
    public MethodResult? Find(string name) => Methods.FirstOrDefault(m => m.Name == name);

    /// <summary>Names of those that were not run.</summary>
    public IReadOnlyList<string> Missing(params ReadOnlySpan<string> names)
    {
        var missing = new List<string>();
        foreach (string name in names)
        {
            if (Find(name) is null) missing.Add(name);
        }

        return missing;
    }

    /// <summary>Mean over problems of a per-problem quantity with its bootstrap-t interval.</summary>
    public (double Mean, Interval Interval) Mean(IReadOnlyList<double> perProblem) =>
        (perProblem.Average(), Intervals.BootstrapT(perProblem, new RandomStream(Seed, RandomDomain.Statistics, 10, 0, 0)));

    /// <summary>Per-problem difference of two results, on all problems or on the hard levels (3 and 4) alone.</summary>
    public double[] Difference(TestResult ours, TestResult theirs, bool hardOnly = false) =>
        [.. Enumerable.Range(0, Levels.Length).Where(p => !hardOnly || IsHard(p)).Select(p => ours.PerProblem[p] - theirs.PerProblem[p])];

    /// <summary>Whether a problem is on level 3 or 4.</summary>
    public bool IsHard(int problem) => HardLevels.Contains(Levels[problem]);

    /// <summary>
    /// For each seed, the fall from the highest accuracy of the curve, its start included, to its end (selection problems).
    /// </summary>
    public static double[] Falls(MethodResult method) => [.. method.CurvePerSeed.Select(c => c.Max(p => p.Accuracy) - c[^1].Accuracy)];

    /// <summary>
    /// Methods that sharpen the model's own distribution and use no gold answers: inference-time ones with one answer each, and RL.
    /// </summary>
    public IEnumerable<MethodResult> Sharpeners() => Methods.Where(m =>
        m.Kind == MethodKind.Inference && !m.UsesGold && InferenceMethods.Find(m.Name) is { Sharpens: true }
        || m.Kind == MethodKind.Rl && m.Objective is { Reward: 0, FixedLength: false } o && (o.Likelihood > 0));
}
