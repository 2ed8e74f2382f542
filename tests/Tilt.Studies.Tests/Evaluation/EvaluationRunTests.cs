using Tilt.HuggingFace.Tokenizers;
using Tilt.Inference.Fused;
using Tilt.Inference.Methods;
using Tilt.Results;
using Tilt.Rollouts;
using Tilt.Studies.Evaluation;
using Tilt.Tasks;
using Tilt.Tasks.Embedded;
using Tilt.Training.Tests;

namespace Tilt.Studies.Tests.Evaluation;

public sealed class EvaluationRunTests : IDisposable
{
    private readonly TinyModel _model = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("tilt-").FullName;

    public void Dispose()
    {
        _model.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task An_interrupted_evaluation_ends_with_the_bytes_of_an_uninterrupted_one()
    {
        EvaluationResults whole = await RunAsync("whole");
        using var stopper = new Stopper(3);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync("parts", stopper));
        // A killed process may leave half a line behind.
        File.AppendAllText(Path.Combine(_folder, "parts", "samples", "temperature-1.jsonl"), "{\"problem\": \"L1");
        EvaluationResults resumed = await RunAsync("parts");
        Assert.Equal(Timeless(whole), Timeless(resumed));
        foreach (string method in (string[])["temperature-1", "greedy", "majority-2"])
            Assert.Equal(File.ReadAllText(Path.Combine(_folder, "whole", "samples", method + ".jsonl")),
                File.ReadAllText(Path.Combine(_folder, "parts", "samples", method + ".jsonl")));
        Assert.Equal((16, 4), (whole.Problems.Count, whole.Methods[0].Samples));
        Assert.Equal(1, whole.Methods[1].Samples);
        Assert.NotNull(whole.Methods[1].VersusFirst);
    }

    [Fact]
    public async Task An_evaluation_that_is_repeated_in_its_folder_keeps_its_date_and_ends_with_the_same_bytes()
    {
        EvaluationResults first = await RunAsync("one");
        string path = Path.Combine(_folder, "one", EvaluationFile.Name), before = File.ReadAllText(path);
        await RunAsync("one");
        Assert.Equal(before, File.ReadAllText(path));
        Assert.Equal("tilt eval", first.Manifest!.Command);
        Assert.EndsWith("+00:00", first.Manifest.StartedAt, StringComparison.Ordinal);
        Assert.NotEqual(first.Manifest.StartedAt, (await RunAsync("two")).Manifest!.StartedAt);
    }

    [Fact]
    public async Task Another_evaluation_does_not_go_into_the_same_folder()
    {
        await RunAsync("one");
        InputException error = await Assert.ThrowsAsync<InputException>(() => RunAsync("one", samples: 2));
        Assert.Contains("samples", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Samples_are_judged_again_to_the_same_figures()
    {
        EvaluationResults results = await RunAsync("one");
        EvaluationResults again = await ResponseEvaluation.RunAsync(
            Path.Combine(_folder, "one", "samples", "temperature-1.jsonl"), new() { Name = Settings.TaskName.Embedded }, name => name,
            new(), TestContext.Current.CancellationToken);
        Assert.Equal(results.Methods[0].PerProblem, again.Methods[0].PerProblem);
        Assert.Equal(results.Methods[0].MeanLength, again.Methods[0].MeanLength);
    }

    private async Task<EvaluationResults> RunAsync(string name, Stopper? stopper = null, int samples = 4)
    {
        using var endless = new Stopper(int.MaxValue);
        Stopper progress = stopper ?? endless;
        ITokenizer tokenizer = TokenizerLoader.Load(_model.Folder);
        var task = new EmbeddedTask(tokenizer);
        FusedModel model = FusedModelLoader.Load(_model.Folder, threads: 1);
        using var run = new EvaluationRun(
            new("embedded", null, "", new() { Model = model, Sampler = new FusedSampler(model) }, tokenizer, task.Prompt, Portion: 16),
            new()
            {
                Task = task.Name,
                Split = "test",
                Problems = task.HeldOutProblems(HeldOutSplit.Test, 16),
                Reward = task.Reward,
                Methods = [.. new[] { "temperature-1", "greedy", "majority-2" }.Select(InferenceMethods.Parse)],
                Samples = samples,
                MaxNewTokens = 60,
                Command = "tilt eval",
                Out = Path.Combine(_folder, name),
            });
        return await run.RunAsync(progress, progress.Token);
    }

    private static string Timeless(EvaluationResults results) =>
        EvaluationFile.ToJson(results with { Manifest = null, Methods = [.. results.Methods.Select(m => m with { Seconds = 0 })] });

    private sealed class Stopper(int after) : IProgress<EvaluationProgress>, IDisposable
    {
        private readonly CancellationTokenSource _source = new();
        private int _reports;

        public CancellationToken Token => _source.Token;

        public void Dispose() => _source.Dispose();

        public void Report(EvaluationProgress value)
        {
            if (++_reports == after) _source.Cancel();
        }
    }
}
