using Tilt.Results;
using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Studies.Evaluation;

namespace Tilt.Studies.Tests.Evaluation;

public sealed class EvaluationStatisticsTests
{
    private static readonly Problem[] Problems =
        [new("a", "?", "1") { Level = 1, Subject = "x" }, new("b", "?", "2") { Level = 2, Subject = "x" },
            new("c", "?", "3") { Level = 2, Subject = "y" }];

    [Fact]
    public void Figures_are_those_of_the_definitions()
    {
        MethodEvaluation figures = new EvaluationStatistics(Problems, 1).Of("m", Outputs("11", "10", "00"), (100, 200), 1);
        Assert.Equal(0.5, figures.Accuracy);
        Assert.Equal([1, 0.5, 0], figures.PerProblem);
        Assert.Equal(0.5, figures.PassAtK[1]);
        Assert.Equal(2.0 / 3, figures.PassAtK[2], 12);
        Assert.Equal(3, figures.MeanLength);
        Assert.Equal(0.5, figures.Truncated);
        Assert.Equal((3, 3, 0, 0),
            (figures.Verdicts["correct"], figures.Verdicts["incorrect"], figures.Verdicts["unparsable"], figures.Verdicts["over_budget"]));
        Assert.Equal(["1", "2"], figures.ByLevel.Keys);
        Assert.Equal((2, 0.25), (figures.ByLevel["2"].Problems, figures.ByLevel["2"].Accuracy));
        Assert.Equal(0.75, figures.BySubject["x"].Accuracy);
        Assert.InRange(figures.Ci[0], 0, 0.5);
        Assert.InRange(figures.Ci[1], 0.5, 1);
    }

    [Fact]
    public void One_answer_judged_both_ways_is_two_answers_in_a_vote()
    {
        Problem[] one = [Problems[0]];
        IReadOnlyList<EvaluatedOutput>[] outputs =
        [[
            new("a", 0, "1", "1", RewardOutcome.Correct, 1), new("a", 1, "0 + 1", "1", RewardOutcome.Incorrect, 0),
            new("a", 2, "1", "1", RewardOutcome.Correct, 1), new("a", 3, "?", null, RewardOutcome.Unparsable, 0),
        ]];
        Assert.Equal(1, new EvaluationStatistics(one, 1).Of("m", outputs, null, 0).MajAtK[4]);
    }

    [Fact]
    public void Evaluations_of_the_same_problems_are_paired_by_id()
    {
        var statistics = new EvaluationStatistics(Problems, 1);
        EvaluationResults ours = Results(["a", "b", "c"], statistics.Of("m", Outputs("11", "11", "00"), null, 0)),
            theirs = Results(["c", "b", "a"], statistics.Of("other", Outputs("11", "00", "11"), null, 0));
        Assert.Equal((2 - 2) / 3.0, EvaluationPairing.With(ours, theirs).Methods[0].VersusOther!.Difference, 12);
        InputException error = Assert.Throws<InputException>(
            () => EvaluationPairing.With(ours, Results(["a", "b"], statistics.Of("m", Outputs("1", "1", "1"), null, 0))));
        Assert.Contains("share 2 problems", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_is_read_as_it_was_written()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("tilt-").FullName, EvaluationFile.Name);
        EvaluationResults results =
            Results(["a", "b", "c"], new EvaluationStatistics(Problems, 1).Of("m", Outputs("11", "10", "00"), (1, 2), 1));
        EvaluationFile.Write(results, path);
        Assert.Equal(EvaluationFile.ToJson(results), EvaluationFile.ToJson(EvaluationFile.Read(Path.GetDirectoryName(path)!)));
        File.WriteAllText(path, """{"format": 9}""");
        Assert.Contains("format 9", Assert.Throws<InputException>(() => EvaluationFile.Read(path)).Message, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    private static IReadOnlyList<EvaluatedOutput>[] Outputs(params string[] rights) =>
        [.. rights.Select((right, p) => (IReadOnlyList<EvaluatedOutput>)
        [
            .. right.Select((c, s) => new EvaluatedOutput(Problems[p].Id, s, "", c == '1' ? Problems[p].Answer : "0",
                c == '1' ? RewardOutcome.Correct : RewardOutcome.Incorrect, c - '0') { Tokens = 3, Ended = c == '1' }),
        ])];

    private static EvaluationResults Results(string[] problems, MethodEvaluation method) =>
        new() { TiltVersion = "t", Model = "m", Task = "t", Split = "test", Reward = "math", Problems = problems, Methods = [method] };
}
