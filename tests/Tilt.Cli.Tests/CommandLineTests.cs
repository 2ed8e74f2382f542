using Tilt.Cli.Options;

namespace Tilt.Cli.Tests;

/// <summary>Commands as a user types them: exit codes and messages.</summary>
[Collection("console")]
public sealed partial class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tilt-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("--help")]
    [InlineData("compare", "--help")]
    [InlineData("train", "--help")]
    [InlineData("pretrain", "--help")]
    [InlineData("verify", "--help")]
    [InlineData("export", "--help")]
    [InlineData("pull", "--help")]
    [InlineData("doctor", "--help")]
    [InlineData("theory", "--help")]
    public async Task Help_is_shown_with_exit_code_0(params string[] args)
    {
        var (code, output, _) = await RunAsync(args);
        Assert.Equal(0, code);
        Assert.Contains("Usage:", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_option_is_bad_input()
    {
        var (code, _, errors) = await RunAsync("compare", "--qiuck");
        Assert.Equal(2, code);
        Assert.Contains("--qiuck", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_key_is_told_with_its_line_and_the_nearest_name()
    {
        string file = Path.Combine(_folder, "run.yaml");
        await File.WriteAllTextAsync(file, "name: x\noptimizer:\n  learning_rat: 1e-4\n", TestContext.Current.CancellationToken);
        var (code, _, errors) = await RunAsync("train", "--config", file);
        Assert.Equal(2, code);
        Assert.Contains("learning_rat", errors, StringComparison.Ordinal);
        Assert.Contains("learning_rate", errors, StringComparison.Ordinal);
        Assert.Contains("3", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_configuration_file_is_bad_input()
    {
        var (code, _, errors) = await RunAsync("train", "--config", Path.Combine(_folder, "none.yaml"));
        Assert.Equal(2, code);
        Assert.Contains("none.yaml", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_corrupt_model_is_named_before_work_starts()
    {
        string model = CopyOfTheEmbeddedModel();
        string weights = Path.Combine(model, "model.safetensors");
        await using (var stream = File.OpenWrite(weights)) stream.SetLength(5000);
        var (code, _, errors) = await RunAsync("train", "--config", Quickstart(), $"model={model}", $"out={Path.Combine(_folder, "run")}");
        Assert.Equal(2, code);
        Assert.Contains(weights, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_bad_input()
    {
        string file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        var (code, _, errors) = await RunAsync("compare", "--quick", "--out", Path.Combine(file, "below"));
        Assert.Equal(2, code);
        Assert.Contains("cannot be written", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_prints_the_resolved_configuration_and_an_estimate()
    {
        var (code, output, _) =
            await RunAsync("train", "--config", Quickstart(), "--dry-run", "objective.regime=tempered", "objective.alpha=2");
        Assert.Equal(0, code);
        Assert.Contains("regime: tempered", output, StringComparison.Ordinal);
        Assert.Contains("estimate", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_steps_of_training_on_the_embedded_model_leave_a_run_folder()
    {
        string run = Path.Combine(_folder, "run");
        var (code, _, errors) = await RunAsync(
            "train", "--config", Quickstart(), "steps=2", $"out={run}", "rollout.prompts_per_step=4", "rollout.generations=2",
            "evaluation.problems=4", "evaluation.samples=1");
        Assert.True(code == 0, errors);
        Assert.Equal(3, File.ReadAllLines(Path.Combine(run, "metrics.jsonl")).Length);
        foreach (string name in (string[])["config.yaml", "manifest.json", "timings.jsonl", "samples.jsonl"])
            Assert.True(File.Exists(Path.Combine(run, name)), name);
        Assert.True(File.Exists(Path.Combine(run, "checkpoints", "step-2", "model.safetensors")));
    }

    [Fact]
    public async Task A_random_checkpoint_is_written_once_and_stays_out_of_the_help()
    {
        string model = Path.Combine(_folder, "random");
        var (code, output, errors) = await RunAsync("random-checkpoint", "--shape", "qwen4", "--out", model);
        Assert.Equal(2, code);
        Assert.Contains("qwen3-4b", errors, StringComparison.Ordinal);
        (code, _, errors) = await RunAsync("random-checkpoint", "--shape", "qwen2.5-0.5b", "--layers", "0", "--out", model);
        Assert.Equal(2, code);
        Assert.Contains("--layers", errors, StringComparison.Ordinal);
        Directory.CreateDirectory(model);
        await File.WriteAllTextAsync(Path.Combine(model, "mine.txt"), "", TestContext.Current.CancellationToken);
        (code, _, errors) = await RunAsync("random-checkpoint", "--shape", "qwen2.5-0.5b", "--out", model);
        Assert.Equal(2, code);
        Assert.Contains("not empty", errors, StringComparison.Ordinal);
        (_, output, _) = await RunAsync("--help");
        Assert.DoesNotContain("random-checkpoint", output, StringComparison.Ordinal);
    }

    private static string Quickstart() => ApplicationFiles.Find(Path.Combine("configs", "quickstart.yaml"));

    private string CopyOfTheEmbeddedModel()
    {
        string target = Path.Combine(_folder, "model");
        Directory.CreateDirectory(target);
        foreach (string file in Directory.EnumerateFiles(ApplicationFiles.Find(Path.Combine("assets", "embedded"))))
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        return target;
    }

    private static Task<(int Code, string Output, string Errors)> RunAsync(params string[] args) => CommandLine.RunAsync(args);
}
