using System.Diagnostics;
using Tilt.Configuration;
using Tilt.Results;
using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.RunFolders;
using Tilt.Settings;
using Tilt.Statistics;
using Tilt.Tasks;
using Tilt.Tasks.Data;
using Tilt.Tasks.Embedded;
using Tilt.Tasks.Mathematics;
using Tilt.Verification;

namespace Tilt.Studies.Evaluation;

/// <summary>How responses that were made elsewhere are judged.</summary>
public sealed record JudgingOptions
{
    /// <summary>What the verifier asks of an answer.</summary>
    public AnswerForm Form { get; init; }

    /// <summary>What counts as the same answer in maj@k.</summary>
    public VoteRule Vote { get; init; }

    /// <summary>Seed of resampling.</summary>
    public uint Seed { get; init; } = 42;

    /// <summary>The command line that is at work, for the results; null where there is none.</summary>
    public string? Command { get; init; }
}

/// <summary>Judges responses that were made elsewhere: <c>tilt eval --responses</c>.</summary>
public static class ResponseEvaluation
{
    private const int EmbeddedTestProblems = 1024;

    /// <summary>Reads and judges the responses of a file.</summary>
    /// <param name="path">The file (<see cref="ForeignResponses"/>).</param>
    /// <param name="task">The task: its problems are taken where the file knows them by ids alone.</param>
    /// <param name="resolve">Finds the file or folder that the name of a data set stands for.</param>
    /// <param name="options">How they are judged.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="InputException">The file or the problems cannot be read, or do not fit together.</exception>
    public static async Task<EvaluationResults> RunAsync(string path, TaskConfiguration task, Func<string, string> resolve,
        JudgingOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(options);
        long start = Stopwatch.GetTimestamp();
        EvaluationManifest manifest = ManifestFile.Now(options.Command);
        var verifier = new Verifier(new() { Form = options.Form });
        IReward reward = task.Name switch
        {
            TaskName.Embedded => new ChainedArithmeticReward(),
            TaskName.Arithmetic => new LastNumberReward(),
            _ => new MathReward(verifier),
        };
        IReadOnlyList<ForeignResponses> read = ForeignResponses.Read(path, row => LayoutOf(task, row));
        var notes = new List<string>();
        (Problem Problem, ForeignResponses Of)[] matched = [.. Matched(path, read, task, resolve, notes)];
        ForeignResponses[] unreadable = [.. matched.Where(m => !verifier.CanReadGold(m.Problem.Answer)).Select(m => m.Of)];
        if (unreadable.Length > 0)
            notes.Add($"{unreadable.Length} problems are left out because the gold answer cannot be "
                + $"read: {string.Join(", ", unreadable.Take(20).Select(u => u.Id))}{(unreadable.Length > 20 ? ", …" : "")}.");
        matched = [.. matched.Where(m => m.Of.Responses.Count > 0 && !unreadable.Contains(m.Of))];
        if (matched.Length == 0) throw new InputException($"'{path}' holds no response that can be judged. {string.Join(" ", notes)}");

        var outputs = new IReadOnlyList<EvaluatedOutput>[matched.Length];
        for (int p = 0; p < matched.Length; p++)
        {
            (Problem problem, ForeignResponses of) = matched[p];
            RewardScore[] scores = await reward.ScoreAsync(
                [.. of.Responses.Select(r => new ScoredResponse(problem, r.Text, r.Ended ?? true))], cancellationToken);
            outputs[p] = [.. of.Responses.Select((r,
                s) => new EvaluatedOutput(problem.Id, s, r.Text, scores[s].Answer, scores[s].Outcome, scores[s].Value)
                {
                    Tokens = r.Tokens,
                    Ended = r.Ended
                })];
        }

        Problem[] problems = [.. matched.Select(m => m.Problem)];
        MethodEvaluation figures =
            new EvaluationStatistics(problems, options.Seed, AnswerText.Of(options.Vote, reward))
                .Of("responses", outputs, null, Stopwatch.GetElapsedTime(start).TotalSeconds);
        return new()
        {
            TiltVersion = RunManifest.Version(),
            Manifest = manifest,
            Model = path,
            Task = ConfigurationName.OfEnum(task.Name),
            Split = "test",
            Reward = reward.Name,
            Seed = options.Seed,
            Vote = options.Vote,
            Notes = notes,
            Problems = [.. problems.Select(problem => problem.Id)],
            Methods = [figures],
        };
    }

    private static (ProblemFields Fields, AnswerSource AnswerFrom) LayoutOf(TaskConfiguration task, DataRow row)
    {
        if (TaskSources.PresetOf(task.Name) is not { } preset) return (task.Fields, task.AnswerFrom ?? AnswerSource.Field);
        (ProblemFields fields, AnswerSource answerFrom) = preset.LayoutOf(row);
        return (task.Fields.Or(fields, row), task.AnswerFrom ?? answerFrom);
    }

    private static IEnumerable<(Problem Problem, ForeignResponses Of)> Matched(string path, IReadOnlyList<ForeignResponses> read,
        TaskConfiguration task, Func<string, string> resolve, List<string> notes)
    {
        if (read.All(of => of.Problem is not null)) return read.Select(of => (of.Problem!, of));
        Dictionary<string, Problem> byId = new(StringComparer.Ordinal);
        foreach (Problem problem in Problems(task, resolve, notes)) byId.TryAdd(problem.Id, problem);
        string[] unknown = [.. read.Where(of => !byId.ContainsKey(of.Id)).Select(of => of.Id)];
        if (unknown.Length == read.Count)
            throw new InputException($"None of the {read.Count} problems of '{path}' ({unknown[0]}, …) is a problem of the task "
                + $"({byId.Keys.FirstOrDefault() ?? "none"}, …): they are matched by id. Name the task that the responses belong to.");
        if (unknown.Length > 0)
            notes.Add($"{unknown.Length} of {read.Count} problems of the responses are none of the task and left "
                + $"out: {string.Join(", ", unknown.Take(20))}{(unknown.Length > 20 ? ", …" : "")}.");
        return read.Where(of => byId.ContainsKey(of.Id)).Select(of => (byId[of.Id], of));
    }

    private static IEnumerable<Problem> Problems(TaskConfiguration task, Func<string, string> resolve, List<string> notes)
    {
        if (task.Name == TaskName.Embedded)
            return EmbeddedTask.HeldOut(HeldOutSplit.Test, EmbeddedTestProblems)
                .Concat(EmbeddedTask.HeldOut(HeldOutSplit.Selection, EmbeddedTestProblems));
        (ProblemSets sets, IReadOnlyList<string> warnings) = TaskSources.Read(task with { SelectionShare = 0 }, resolve);
        notes.AddRange([.. warnings, .. sets.Notes]);
        return sets.Test.Concat(sets.Training);
    }
}
