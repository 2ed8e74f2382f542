using Tilt.Results;
using Tilt.Rollouts;
using Tilt.Statistics;
using TestResult = Tilt.Results.TestResult;

namespace Tilt.Reporting.Tests.Comparison;

/// <summary>
/// Results of a comparison that looks like a real one: every method, three seeds for the main regimes, made-up but plausible numbers.
/// </summary>
internal static class SyntheticResults
{
    private const int TestProblems = 256;
    private static readonly int[] Ks = [1, 2, 4, 8, 16];

    internal static ComparisonResults Full()
    {
        MethodResult[] methods =
        [
            Untrained("base", MethodKind.Base, [.872, .384, .301, .246], 16.8, .312, 0),
            Untrained("temperature-0.7", MethodKind.Inference, [.969, .378, .281, .164], 15.2, .31, .41),
            Untrained("temperature-0.5", MethodKind.Inference, [.992, .372, .294, .141], 15.3, .30, .93),
            Untrained("temperature-0.25", MethodKind.Inference, [1, .492, .362, .201], 16.6, .29, 1.9),
            Untrained("greedy", MethodKind.Inference, [1, .625, .354, .167], 17.5, null, null, single: true),
            Untrained("beam-4", MethodKind.Inference, [1, .5, 0, 0], 5.9, null, null, single: true),
            Untrained("beam-16", MethodKind.Inference, [1, .5, 0, 0], 5.9, null, null, single: true),
            Untrained("power-4-blocks-4-moves-5", MethodKind.Inference, [1, .46, .42, .38], 15.6, .28, null),
            Untrained("best-of-8-likelihood", MethodKind.Inference, [1, .5, .083, .062], 7.5, .27, null),
            Untrained("best-of-8-mean-likelihood", MethodKind.Inference, [1, .604, .354, .5], 21.8, .26, null),
            Untrained("majority-8", MethodKind.Inference, [1, .771, .625, .646], 16.8, null, null, single: true),
            Untrained("best-of-8-reward", MethodKind.Inference, [1, .98, .96, .90], 19.2, null, null, single: true) with
            {
                UsesGold = true
            },
            Trained("task-reward", new(1, 0, 0, "sum"), 3, [.974, .954, .929, .753], 34.3, .21, 3.0),
            Trained("tilted-1-100", new(1, 0, .01, "sum"), 1, [.979, .936, .928, .756], 34.1, .22, 2.7),
            Trained("tilted-2-100", new(1, .01, .01, "sum"), 3, [.976, .94, .93, .75], 34.0, .21, 2.6),
            Trained("tilted-4-100", new(1, .03, .01, "sum"), 1, [.982, .955, .93, .762], 34.0, .20, 2.45),
            Trained("tilted-1-10000", new(1, 0, 1e-4, "sum"), 1, [.984, .955, .957, .732], 34.3, .21, 2.9),
            Trained("tilted-2-1", new(1, 1, 1, "sum"), 1, [.88, .24, .12, .06], 9.1, .33, .6),
            Trained("tilted-2-4", new(1, .25, .25, "sum"), 1, [.93, .51, .40, .21], 18.3, .30, 1.1),
            Trained("tilted-2-16", new(1, .0625, .0625, "sum"), 1, [.968, .90, .86, .66], 31.2, .24, 2.2),
            Trained("sharpening", new(0, 1, 0, "sum"), 3, [.823, .072, .029, .005], 5.0, .08, 1.24),
            Trained("tempered-0.5", new(0, -.5, 1, "sum"), 1, [.80, .45, .36, .31], 22.5, .47, .55),
            Trained("tempered-1", new(0, 0, 1, "sum"), 1, [.871, .385, .302, .244], 16.7, .31, .002),
            Trained("tempered-1.25", new(0, .25, 1, "sum"), 3, [.902, .207, .14, .056], 10.0, .28, .42),
            Trained("tempered-2", new(0, 1, 1, "sum"), 1, [.834, .104, .027, .01], 5.0, .13, 1.0),
            Trained("tempered-4", new(0, 3, 1, "sum"), 1, [.818, .084, .033, .014], 5.0, .09, 1.2),
            Trained("sharpening-mean", new(0, 1, 0, "mean"), 1, [.988, .27, .205, .127], 18.1, .12, 1.7),
            Trained("tempered-2-mean", new(0, 1, 1, "mean"), 1, [.97, .41, .33, .24], 18.8, .29, .2),
            Trained("sharpening-fixed-length", new(0, 1, 0, "sum", FixedLength: true), 1, [.982, .969, .938, .713], 34.0, .05, 8.6),
        ];
        return new ComparisonResults
        {
            Base = "tilt-arithmetic-0.8m",
            Seconds = 1483.4,
            Claims = Claims(),
            Methods = methods,
            Settings = Settings(),
            Samples = Samples(methods),
        };
    }

    /// <summary>The least a file may hold: one method, no claims, no samples, everything optional null.</summary>
    internal static ComparisonResults Smallest() => new()
    {
        Base = "tiny",
        Seconds = 0.5,
        Claims = [],
        Methods =
        [
            new MethodResult
            {
                Name = "base", Kind = MethodKind.Base, Seeds = [1], Curve = [], TokensGenerated = 12, TokensForward = 40, UsesGold =
                    false, Seconds = 0.4,
                Test = new TestResult
                {
                    Accuracy = 0.25,
                    Ci = [0.1, 0.5],
                    PerSeed = [0.25],
                    ByLevel = new Dictionary<int, double>(),
                    Unparsable = 0,
                    PerProblem = [0, 0.5]
                },
            },
        ],
        Settings = Settings() with { Quick = true, Command = null },
        Samples = [],
    };

    /// <summary>Runs that diverged: figures that are not numbers wherever a figure may be.</summary>
    internal static ComparisonResults Diverged()
    {
        ComparisonResults full = Full();
        return full with
        {
            Methods =
            [
                .. full.Methods.Select((m, i) => i % 3 != 1 ? m : m with
                {
                    Seconds = double.NaN,
                    Test = m.Test with
                    {
                        Accuracy = double.NaN, Ci = [double.NaN, double.NaN], PerSeed =
                            [.. m.Test.PerSeed.Select(_ => double.NaN)], Entropy = double.NaN,
                        Kl = double.PositiveInfinity, ByLevel = m.Test.ByLevel.ToDictionary(l => l.Key, _ => double.NaN),
                        VersusBase = m.Test.VersusBase is null
                            ? null
                            : new PairedDifference(double.NaN, [double.NaN, double.NaN], double.NaN),
                    },
                    Curve = [.. m.Curve.Select(
                        p => p.Step < 30 ? p : p with { Kl = double.NaN, Entropy = double.NegativeInfinity, Accuracy = double.NaN })],
                }),
            ],
        };
    }

    private static ComparisonSettings Settings() => new()
    {
        TiltVersion = "0.1.0",
        Machine = "Debian 12, x64, AVX-512, 2 cores",
        Quick = false,
        Seed = 1,
        TestProblems = TestProblems,
        SelectionProblems = 96,
        SamplesPerProblem = 16,
        Steps = 60,
        PromptsPerStep = 16,
        Generations = 8,
        MaxNewTokens = 90,
        LearningRate = 2e-4,
        Precision = "bfloat16",
        Command = "tilt compare --seed 1 --out results",
    };

    private static MethodResult Untrained(
        string name, MethodKind kind, double[] levels, double length, double? entropy, double? kl, bool single = false) => new()
        {
            Name = name,
            Kind = kind,
            Seeds = [1],
            Curve = [],
            UsesGold = false,
            Seconds = 6.2,
            Test = Figures(name, levels, 1, length, entropy, kl, single),
            TokensGenerated = (long)(length * TestProblems * (single ? 1 : 16)),
            TokensForward = (long)((length + 16) * TestProblems * 16),
        };

    private static MethodResult Trained(string name, ObjectiveWeights objective, int seeds, double[] levels, double length, double entropy,
        double kl)
    {
        TestResult last = Figures(name, levels, seeds, length, entropy, kl, single: false);
        IReadOnlyList<CurvePoint>[] curves = [.. Enumerable.Range(0, seeds).Select(seed => Curve(name, seed, last))];
        CurvePoint[] mean = [.. Enumerable.Range(0, curves[0].Count).Select(i => Mean([.. curves.Select(c => c[i])]))];
        CurvePoint best = mean.Skip(1).MaxBy(p => p.Accuracy)!;
        double ratio = Math.Max(1, best.Accuracy / Math.Max(mean[^1].Accuracy, 1e-9));
        return new MethodResult
        {
            Name = name,
            Kind = MethodKind.Rl,
            Objective = objective,
            Seeds = [.. Enumerable.Range(1, seeds)],
            UsesGold = objective.Reward > 0,
            Test = last,
            Best = Figures(name, [.. levels.Select(l => Math.Min(1, l * ratio))], seeds, length, entropy, kl, false),
            BestSteps = [.. curves.Select(c => c.Skip(1).MaxBy(p => p.Accuracy)!.Step)],
            BaseBeatsAllCheckpoints = best.Accuracy < mean[0].Accuracy,
            Curve = mean,
            CurvePerSeed = curves,
            TokensGenerated = (long)(length * 128 * 60 * seeds),
            TokensForward = (long)((length * 3 + 48) * 128 * 60 * seeds),
            Seconds = (25 + length / 2) * seeds,
        };
    }

    private static TestResult Figures(string name, double[] levels, int seeds, double length, double? entropy, double? kl, bool single)
    {
        double accuracy = levels.Average();
        double half = 1.96 * Math.Sqrt(accuracy * (1 - accuracy) / TestProblems) * (single ? 1 : 0.8);
        double[] perSeed = [.. Enumerable.Range(0, seeds).Select(s => Math.Clamp(accuracy + (seeds == 1 ? 0 : 0.009 * (s - 1)), 0, 1))];
        double difference = accuracy - 0.45075;
        return new TestResult
        {
            Accuracy = accuracy,
            Ci = [Math.Max(0, accuracy - half), Math.Min(1, accuracy + half)],
            PerSeed = perSeed,
            SeedSd = seeds == 1 ? null : 0.009,
            PassAtK = single ? null : Ks.ToDictionary(k => k, k => levels.Average(l => 1 - Math.Pow(1 - l, Math.Pow(k, 0.75)))),
            MajAtK = single ? null : Ks.ToDictionary(k => k, k => accuracy + (1 - accuracy) * 0.55 * accuracy * Math.Log2(k) / 4 * 1.6),
            MeanLength = length,
            Entropy = entropy,
            Kl = kl,
            ByLevel = levels.Select((l, i) => (l, i)).ToDictionary(p => p.i + 1, p => p.l),
            Unparsable = 0.012,
            VersusBase = name == "base"
                ? null
                : new PairedDifference(difference, [difference - half, difference + half], Math.Abs(difference) > 0.05 ? 1e-4 : 0.213),
            PerProblem = [.. Enumerable.Range(0, TestProblems).Select(i => Math.Round(levels[i % 4] * 16) / 16)],
        };
    }

    private static CurvePoint[] Curve(string name, int seed, TestResult last)
    {
        RandomStream random = new((uint)seed, default, 0, name.Aggregate(17u, (h, c) => unchecked(h * 31 + c)), 0);
        uint position = 0;
        double Approach(double from, double to, double t, double noise) =>
            from + (to - from) * (1 - Math.Exp(-4.2 * t)) + (t > 0 ? noise * (random.Uniform(position++) - 0.5) : 0);
        return
        [
            .. Enumerable.Range(0, 7).Select(i => new CurvePoint
            {
                Step = i * 10, Accuracy = Math.Clamp(Approach(.409, last.Accuracy, i / 6.0, .05), 0, 1), Length =
                    Approach(16, last.MeanLength!.Value, i / 6.0, 1.2),
                Entropy = Math.Max(.01, Approach(.312, last.Entropy!.Value, i / 6.0, .02)), Kl =
                    i == 0 ? 0 : Math.Max(0, Approach(0, last.Kl!.Value, i / 6.0, .2)),
                RewardTask = i == 0 ? null : Approach(.41, last.Accuracy, i / 6.0, .08), RewardShaped =
                    i == 0 ? null : Approach(-9, -2, i / 6.0, .8),
            }),
        ];
    }

    private static CurvePoint Mean(CurvePoint[] points) => new()
    {
        Step = points[0].Step,
        Accuracy = points.Average(p => p.Accuracy),
        Length = points.Average(p => p.Length),
        Entropy = points.Average(p => p.Entropy),
        Kl = points.Average(p => p.Kl),
        RewardTask = points.Average(p => p.RewardTask),
        RewardShaped = points.Average(p => p.RewardShaped),
    };

    private static ClaimResult[] Claims() =>
    [
        new("task-reward-gains", "Reinforcement learning with the task reward improves accuracy.", "supported", 0.4520,
            "Difference of task-reward to base; supported when the lower end of its 95 % interval is above 0.",
            "Accuracy rose from 45.1 % to 90.3 %, +45.2 points, interval +42.3 to +48.1."),
        new("sharpening-collapses", "Reinforcement learning towards the mode collapses to short responses.", "supported", 0.2976,
            "Ratio of mean lengths, sharpening to base; supported below 0.5.", "Mean length fell from 16.8 to 5.0 tokens."),
        new("tempering-modest-gain", "Tempered sampling with α = 1.25 gives a modest gain.", "not supported", -0.1245,
            "Difference of tempered-1.25 to base; supported when the lower end of its 95 % interval is above 0.",
            "Accuracy fell from 45.1 % to 32.6 %, -12.4 points."),
        new("fixed-length-milder", "With responses of fixed length sharpening is milder.", "undecided", null,
            "Difference between sharpening-fixed-length and sharpening.", "One seed is too few for this claim's rule."),
    ];

    private static SampleProblem[] Samples(MethodResult[] methods) =>
    [
        .. new (string Id, int Level, string Text, string Answer)[]
        {
            ("test-0007", 1, "Q: 12 + 30 A:", "42"),
            ("test-0112", 3, "Q: Ann has 12 pens, finds 3 packs of 4, loses 7 & gives <5> away. How many? A:", "12"),
            ("test-0200", 4, "Q: 12 + 3*4 - 7 + 20 - 2*5 A:", "27"),
        }.Select(p => new SampleProblem(p.Id, p.Level, p.Text, p.Answer, [.. methods.Select(m => Response(m, p.Level, p.Answer))])),
    ];

    private static SampleResponse Response(MethodResult method, int level, string answer)
    {
        double share = method.Test.ByLevel[level];
        return share switch
        {
            > 0.6 => new(method.Name, $"First 3*4=12. Then 12+12=24. Next 24-7=17. After that 17+20=37. The answer is \\boxed{{{answer}}}",
                "correct", answer, 34),
            > 0.1 => new(method.Name, "12+3*4-7=18; \\boxed{18}", "incorrect", "18", 16),
            _ => new(method.Name, "I don't know.", "unparsable", null, 2),
        };
    }
}
