using Tilt.Results;

namespace Tilt.Cli.Tests;

/// <summary><c>tilt report</c> as a user types it.</summary>
[Collection("console")]
public sealed class ReportCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tilt-report-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_page_is_written_and_its_conclusions_are_printed()
    {
        string evaluation = Directory.CreateDirectory(Path.Combine(_folder, "runs", "base")).FullName;
        EvaluationFile.Write(new()
        {
            TiltVersion = "1",
            Model = "a model",
            Task = "arithmetic",
            Split = "test",
            Reward = "task",
            Problems = ["a", "b"],
            Methods =
            [
                new()
                {
                    Name = "greedy",
                    Samples = 1,
                    Accuracy = 0.5,
                    Ci = [0.1, 0.9],
                    PassAtK = new Dictionary<int, double> { [1] = 0.5 },
                    MajAtK = new Dictionary<int, double> { [1] = 0.5 },
                    Verdicts = new Dictionary<string, int> { ["correct"] = 1, ["incorrect"] = 1 },
                    ByLevel = new Dictionary<string, GroupEvaluation>(),
                    BySubject = new Dictionary<string, GroupEvaluation>(),
                    PerProblem = [1, 0],
                },
            ],
        }, Path.Combine(evaluation, EvaluationFile.Name));
        string page = Path.Combine(_folder, "pages", "report.html");
        var (code, output, errors) = await CommandLine.RunAsync("report", Path.Combine(_folder, "runs"), "--out", page);
        Assert.True(code == 0, errors);
        Assert.Contains("base, greedy answers 50.0 % [10.0, 90.0] of 2 test problems", output, StringComparison.Ordinal);
        byte[] first = await File.ReadAllBytesAsync(page, TestContext.Current.CancellationToken);
        await CommandLine.RunAsync("report", Path.Combine(_folder, "runs"), "--out", page);
        Assert.Equal(first, await File.ReadAllBytesAsync(page, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_folder_without_results_is_bad_input_and_no_page_is_written()
    {
        string page = Path.Combine(_folder, "report.html");
        var (code, _, errors) = await CommandLine.RunAsync("report", _folder, "--out", page);
        Assert.Equal(2, code);
        Assert.Contains("holds neither a training run", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(page));
    }
}
