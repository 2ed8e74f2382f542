using Tilt.Results;
using Tilt.RunFolders;
using Tilt.Training.Evaluation;
using Tilt.Training.Records;

namespace Tilt.Studies.Comparison;

/// <summary>From the saved jobs of a comparison to its results.</summary>
public static class ComparisonAssembly
{
    private const int SampleProblems = 8;

    /// <summary>Results of all methods with statistics and verdicts.</summary>
    /// <exception cref="InvalidOperationException">A job is not done.</exception>
    public static ComparisonResults Assemble(IReadOnlyList<ComparedMethod> plan, ComparisonOptions options, ComparisonFolder folder)
    {
        var jobs = plan.ToDictionary(m => m.Name, m => (JobResult[])[.. m.Seeds.Select(seed => Done(folder, new(m.Name, seed)))],
            StringComparer.Ordinal);
        uint seed = (uint)options.Seed;
        double[] start = TestStatistics.Of([Outcomes(jobs["base"][0].Test)], null, seed).PerProblem;
        MethodResult[] methods = [.. plan.Select(m => Method(m, jobs[m.Name], m.Kind == MethodKind.Base ? null : start, seed))];
        int[] levels = jobs["base"][0].Test.Levels;
        return new()
        {
            Base = Path.GetFileName(Path.TrimEndingDirectorySeparator(options.Training.Model)),
            Seconds = folder.SecondsSpent,
            Claims = ClaimJudge.Judge(new(methods, levels, seed)),
            Methods = methods,
            Settings = Settings(options, levels.Length),
            Samples = Samples(options, plan, jobs),
        };
    }

    private static JobResult Done(ComparisonFolder folder, ComparisonJobKey key) =>
        folder.TryRead(key) ?? throw new InvalidOperationException($"The job {key} is not done.");

    private static MethodResult Method(ComparedMethod method, JobResult[] jobs, double[]? start, uint seed)
    {
        bool isRl = method.Kind == MethodKind.Rl;
        RunState[] runs = isRl ? [.. jobs.Select(j => j.Run!)] : [];
        return new()
        {
            Name = method.Name,
            Kind = method.Kind,
            Objective = method.Weights(),
            Seeds = method.Seeds,
            Test = TestStatistics.Of([.. jobs.Select(j => Outcomes(j.Test))], start, seed),
            Best = isRl ? TestStatistics.Of([.. jobs.Select(j => Outcomes(j.Best!))], start, seed) : null,
            BestSteps = isRl ? [.. runs.Select(r => r.BestStep ?? 0)] : null,
            BaseBeatsAllCheckpoints = isRl ? runs.All(r => r.Curve[0].Accuracy >= r.BestAccuracy) : null,
            Curve = isRl ? MeanCurve([.. runs.Select(r => r.Curve)]) : [],
            CurvePerSeed = [.. runs.Select(r => r.Curve)],
            TokensGenerated = jobs.Sum(j => j.Test.TokensGenerated + (j.Run?.TokensGenerated ?? 0)),
            TokensForward = jobs.Sum(j => j.Test.TokensForward + (j.Run?.TokensForward ?? 0)),
            UsesGold = method.UsesGold,
            Seconds = jobs.Sum(j => j.Test.Seconds + (j.Run?.Seconds ?? 0)),
        };
    }

    private static TestOutcomes Outcomes(EvaluationTable table) =>
        new(table.Levels, table.Correct, table.Answers, table.Lengths, table.Entropy, table.Kl);

    private static CurvePoint[] MeanCurve(IReadOnlyList<CurvePoint>[] curves) =>
    [
        .. Enumerable.Range(0, curves[0].Count).Select(i => new CurvePoint
        {
            Step = curves[0][i].Step,
            Accuracy = curves.Average(c => c[i].Accuracy),
            Length = curves.Average(c => c[i].Length),
            Entropy = curves.Average(c => c[i].Entropy),
            Kl = curves.Average(c => c[i].Kl),
            RewardTask = curves.Average(c => c[i].RewardTask),
            RewardShaped = curves.Average(c => c[i].RewardShaped),
        }),
    ];

    private static ComparisonSettings Settings(ComparisonOptions options, int test) => new()
    {
        TiltVersion = RunManifest.Version(),
        Machine = RunManifest.MachineDescription(),
        Quick = options.Quick,
        Seed = options.Seed,
        TestProblems = test,
        SelectionProblems = options.Training.Evaluation.Problems,
        SamplesPerProblem = options.Samples,
        Steps = options.Training.Steps,
        PromptsPerStep = options.Training.Rollout.PromptsPerStep,
        Generations = options.Training.Rollout.Generations,
        MaxNewTokens = options.Training.Rollout.MaxNewTokens,
        LearningRate = options.Training.Optimizer.LearningRate,
        Precision = Configuration.ConfigurationName.OfEnum(options.Training.Dtype),
        Command = options.Command,
    };

    /// <summary>The first problems of the test with the first output of every method's first seed.</summary>
    private static SampleProblem[] Samples(ComparisonOptions options, IReadOnlyList<ComparedMethod> plan,
        Dictionary<string, JobResult[]> jobs)
    {
        IReadOnlyList<Rollouts.Problem> problems = TestProblems.Evaluator(options).Problems;
        int count = Math.Min(SampleProblems, jobs["base"][0].Test.SampleTexts.Count);
        return [.. Enumerable.Range(0, count).Select(p => new SampleProblem(
            problems[p].Id, problems[p].Level, problems[p].Text, problems[p].Answer,
            [.. plan.Select(m => Response(m.Name, jobs[m.Name][0].Test, p))]))];
    }

    private static SampleResponse Response(string method, EvaluationTable table, int problem)
    {
        string? answer = table.Answers[problem][0];
        string verdict = table.Correct[problem][0] ? "correct" : answer is null ? "unparsable" : "incorrect";
        return new(method, table.SampleTexts[problem], verdict, answer, table.Lengths[problem][0]);
    }
}
