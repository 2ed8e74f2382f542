using Tilt.Results;
using Tilt.Settings;
using Tilt.Studies.Reports;

namespace Tilt.Studies.Tests.Reports;

public sealed class ReportReaderTests : IDisposable
{
    private readonly ReportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Evaluations_of_checkpoints_belong_to_their_runs_and_are_compared_with_the_base()
    {
        string run = _folder.Run("reward", [0.4, 0.6]);
        string trained = _folder.Evaluation("eval-reward", Path.Combine(run, "checkpoints", "step-10"), ("temperature-1", _ => 4));
        string start = _folder.Evaluation("eval-base", "base", ("temperature-1", i => i % 3), ("greedy", _ => 0));
        ReportFigures figures = ReportReader.Read([trained, run, start]);
        ReportGroup group = Assert.Single(figures.Groups);
        Assert.True(group.HasBase);
        Assert.Equal(["eval-base, temperature-1", "eval-base, greedy", "eval-reward, temperature-1"], group.Methods.Select(m => m.Name));
        Assert.Equal([MethodFamily.Base, MethodFamily.Inference, MethodFamily.TaskReward], group.Methods.Select(m => m.Family));
        Assert.Equal("reward", group.Evaluations[1].Run!.Label);
        Assert.Null(group.Methods[0].VersusBase);
        Assert.Equal(group.Methods[2].Figures.Accuracy - group.Methods[0].Figures.Accuracy, group.Methods[2].VersusBase!.Difference, 1e-12);
    }

    [Fact]
    public void The_same_method_of_the_base_is_a_second_comparison()
    {
        string start = _folder.Evaluation("base", "base", ("temperature-1", _ => 1), ("greedy", i => i % 2 * 4));
        string other = _folder.Evaluation("adapted", "runs/x/checkpoints/step-3", ("greedy", _ => 4));
        ReportMethod row = ReportReader.Read([start, other]).Groups[0].Methods[2];
        Assert.Equal(0.75, row.VersusBase!.Difference, 1e-12);
        Assert.Equal(0.5, row.VersusSame!.Difference, 1e-12);
        Assert.Null(row.Family);
    }

    [Fact]
    public void Problems_in_another_order_are_paired_by_id_and_other_problems_are_another_group()
    {
        string start = _folder.Evaluation("base", "base", ("temperature-1", i => i < 20 ? 4 : 0));
        string file = Path.Combine(_folder.Evaluation("same", "other", ("temperature-1", i => i < 20 ? 4 : 0)), EvaluationFile.Name);
        EvaluationResults results = EvaluationFile.Read(file);
        EvaluationFile.Write(results with
        {
            Problems = [.. results.Problems.Reverse()],
            Methods = [results.Methods[0] with { PerProblem = [.. results.Methods[0].PerProblem.Reverse()] }],
        }, file);
        string fewer = _folder.Evaluation("fewer", "base", "arithmetic", 10, ("temperature-1", _ => 1));
        ReportFigures figures = ReportReader.Read([start, Path.GetDirectoryName(file)!, fewer]);
        Assert.Equal([2, 1], figures.Groups.Select(group => group.Evaluations.Count));
        Assert.Equal((0.0, 1.0), (figures.Groups[0].Methods[1].VersusBase!.Difference, figures.Groups[0].Methods[1].VersusBase!.PValue));
    }

    [Fact]
    public void Runs_that_differ_by_the_seed_alone_have_one_setting_and_models_need_not_exist()
    {
        string[] runs =
        [
            _folder.Run("one", [0.4, 0.5], seed: 1), _folder.Run("two", [0.4, 0.5], seed: 2),
            _folder.Run("three", [0.4, 0.5], rate: 2e-4), _folder.Run("four", [0.4, 0.5], regime: Regime.Sharpening),
        ];
        ReportFigures figures = ReportReader.Read(runs);
        Assert.Equal([0, 0, 1, 2], figures.Runs.Select(run => run.Setting));
        Assert.Equal(MethodFamily.Sharpening, figures.Runs[3].Family);
        Assert.Equal("0.0001", figures.Runs[0].Facts.First(fact => fact.Key == "learning rate").Value);
        Assert.Equal("3.5 s", figures.Runs[0].Facts.First(fact => fact.Key == "time").Value);
        Assert.False(figures.Runs[0].Curves.ContainsKey("kl/reference"));
        Assert.Equal([0, 10], figures.Runs[0].Curves["evaluation/accuracy"].Select(point => point.Step));
    }

    [Fact]
    public void Folders_are_searched_two_levels_down_and_nothing_counts_twice()
    {
        _folder.Run("deep/b/run", [0.1, 0.2]);
        _folder.Run("deep/a", [0.1, 0.2]);
        string evaluation = _folder.Evaluation("deep/c/run", "base", ("greedy", _ => 1));
        Directory.CreateDirectory(_folder["deep/open/samples"]);
        File.WriteAllText(_folder["deep/open/settings.json"], "{}");
        ReportFigures figures = ReportReader.Read([_folder["deep"], evaluation + "/"]);
        Assert.Equal(["a", "run"], figures.Runs.Select(run => run.Label));
        Assert.Single(Assert.Single(figures.Groups).Evaluations);
        Assert.Contains("not finished", Assert.Single(figures.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_are_first_responses_to_problems_spread_over_the_list()
    {
        string start = _folder.Evaluation("base", "base", ("temperature-1", i => i % 2));
        string silent = _folder.Evaluation("silent", "other", ("temperature-1", _ => 1));
        Directory.Delete(Path.Combine(silent, "samples"), recursive: true);
        IReadOnlyList<ReportProblem> samples = ReportReader.Read([start, silent]).Groups[0].Samples;
        Assert.Equal(["p3", "p10", "p16", "p23", "p30", "p36"], samples.Select(sample => sample.Id));
        Assert.Equal(("What is 3?", "3"), (samples[0].Text, samples[0].Answer));
        ReportResponse response = Assert.Single(samples[0].Responses);
        Assert.Equal(("base, temperature-1", "base says 0", "correct"), (response.Method, response.Text, response.Verdict));
    }

    [Theory]
    [InlineData("metrics.jsonl", "{\"step\":10", "line 1")]
    [InlineData("metrics.jsonl", "{\"step\":10}\n{\"step\":10}", "line 2")]
    [InlineData("metrics.jsonl", "{\"step\":10,\"reward/task\":\"much\"}", "reward/task")]
    [InlineData("config.yaml", "steps: many", "steps")]
    [InlineData("manifest.json", "{", "manifest.json")]
    [InlineData("timings.jsonl", "{\"time/step\":{}}", "time/step")]
    public void A_damaged_file_of_a_run_is_named(string file, string content, string named)
    {
        string run = _folder.Run("run", [0.4, 0.5]);
        File.WriteAllText(Path.Combine(run, file), content);
        string message = Assert.Throws<InputException>(() => ReportReader.Read([run])).Message;
        Assert.Contains(file, message, StringComparison.Ordinal);
        Assert.Contains(named, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_of_an_evaluation_is_named()
    {
        string folder = _folder.Evaluation("base", "base", ("greedy", _ => 1));
        string samples = Path.Combine(folder, "samples", "greedy.jsonl"), file = Path.Combine(folder, EvaluationFile.Name);
        File.AppendAllText(samples, "{}\n");
        Assert.Contains("greedy.jsonl', line 161", Assert.Throws<InputException>(() => ReportReader.Read([folder])).Message,
            StringComparison.Ordinal);
        EvaluationResults results = EvaluationFile.Read(folder);
        EvaluationFile.Write(results with { Problems = [.. results.Problems.Take(5)] }, file);
        Assert.Contains("40 accuracies", Assert.Throws<InputException>(() => ReportReader.Read([folder])).Message,
            StringComparison.Ordinal);
        File.WriteAllText(file, "{\"format\": 1,\n");
        Assert.Contains("line 2", Assert.Throws<InputException>(() => ReportReader.Read([folder])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_results_and_one_that_is_not_there_are_errors()
    {
        string empty = Directory.CreateDirectory(_folder["empty"]).FullName;
        Assert.Contains("neither", Assert.Throws<InputException>(() => ReportReader.Read([empty])).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", Assert.Throws<InputException>(() => ReportReader.Read([_folder["none"]])).Message,
            StringComparison.Ordinal);
    }
}
