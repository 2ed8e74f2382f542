using Tilt.Inference.Methods;
using Tilt.Results;
using Tilt.Studies.Comparison;
using Tilt.Torch.Tensors;
using Tilt.Training.Tests;

namespace Tilt.Studies.Tests.Comparison;

public sealed class ComparisonTests
{
    public ComparisonTests() => TorchRuntime.Configure(threads: 1);

    [Fact]
    public async Task A_comparison_runs_every_method_continues_for_free_and_does_not_depend_on_the_number_of_jobs()
    {
        using var model = new TinyModel();
        var results = await RunAsync(model, "a", jobs: 2);
        Assert.Equal(ComparisonPlan.Quick(5).Select(m => m.Name), results.Methods.Select(m => m.Name));
        Assert.Equal(10, results.Claims.Count);

        var stamps = Stamps(model, "a");
        var again = await RunAsync(model, "a", jobs: 2);
        Assert.Equal(stamps, Stamps(model, "a"));
        Assert.Equal(Figures(results), Figures(again));

        Assert.Equal(Figures(results), Figures(await RunAsync(model, "b", jobs: 1)));
    }

    [Fact]
    public async Task An_interrupted_comparison_ends_like_an_uninterrupted_one()
    {
        using var model = new TinyModel();
        using var stop = new CancellationTokenSource();
        using (var runner = new ComparisonRunner(Options(model, "a", 1), new StopAtFirstRlStep(stop)))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runner.RunAsync(stop.Token));
        Assert.Equal(Figures(await RunAsync(model, "b", 1)), Figures(await RunAsync(model, "a", 1)));
    }

    [Fact]
    public void A_folder_of_another_comparison_is_refused()
    {
        using var model = new TinyModel();
        new ComparisonRunner(Options(model, "a", 1)).Dispose();
        var error = Assert.Throws<InputException>(() => new ComparisonRunner(Options(model, "a", 1) with { Seed = 6 }));
        Assert.Contains("other settings", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_in_which_a_comparison_runs_is_refused()
    {
        using var model = new TinyModel();
        using (new ComparisonRunner(Options(model, "a", 1)))
            Assert.Contains("in use by another process",
                Assert.Throws<InputException>(() => new ComparisonRunner(Options(model, "a", 1))).Message, StringComparison.Ordinal);
        new ComparisonRunner(Options(model, "a", 1)).Dispose();
    }

    [Fact]
    public void The_full_plan_has_the_methods_and_seeds_that_the_comparison_promises()
    {
        var plan = ComparisonPlan.Full(42).ToDictionary(m => m.Name, m => m.Seeds.Count);
        foreach (string name in (string[])["task-reward", "sharpening", "tempered-2", "tilted-1-100", "tilted-2-1", "tilted-2-4",
            "tilted-2-16", "tilted-2-100"])
            Assert.Equal(3, plan[name]);
        foreach (string name in (string[])["base", "temperature-0.5", "greedy", "beam-4", "power-4-blocks-4-moves-5",
            "best-of-8-likelihood", "best-of-8-mean-likelihood", "majority-8", "tempered-0.5", "tempered-1", "tempered-1.25", "tempered-4",
            "tilted-4-100", "tilted-1-10000", "sharpening-mean", "tempered-2-mean", "sharpening-fixed-length"])
            Assert.Equal(1, plan[name]);
    }

    [Fact]
    public void Every_row_is_got_under_its_own_name_and_runs_what_it_says()
    {
        using var model = new TinyModel();
        ComparisonOptions options = Options(model, "a", 1);
        foreach (ComparedMethod row in ComparisonPlan.Full(5).Concat(ComparisonPlan.Quick(5)).Where(m => m.Kind != MethodKind.Base))
        {
            ComparedMethod only =
                Assert.Single(ComparisonPlan.Of(options with { Quick = false, Methods = [row.Name] }), m => m.Kind != MethodKind.Base);
            Assert.Equal((row.Name, row.Inference, row.Objective), (only.Name, only.Inference, only.Objective));
            if (row.Kind != MethodKind.Inference) continue;
            Assert.Equal(row.Inference, InferenceMethods.Parse(row.Name));
            Assert.Equal(row.Name, row.Inference!.Name);
        }
    }

    [Fact]
    public void Methods_beyond_the_plan_join_its_inference_time_ones_by_their_canonical_names()
    {
        using var model = new TinyModel();
        ComparisonOptions options = Options(model, "a", 1) with
        {
            Methods = ["task-reward", "best-of-16-reward", "power-4-blocks-16-moves-10", "power-4", "power-4-moves-5-blocks-4"]
        };
        IReadOnlyList<ComparedMethod> plan = ComparisonPlan.Of(options);
        Assert.Equal(["base", "power-4-blocks-4-moves-5", "best-of-16-reward", "power-4", "task-reward"], plan.Select(m => m.Name));
        Assert.Equal([false, false, true, false, true], plan.Select(m => m.UsesGold));
        string message = Assert.Throws<InputException>(() => ComparisonPlan.Of(options with { Methods = ["task-rewards"] })).Message;
        Assert.Contains("Did you mean task-reward?", message, StringComparison.Ordinal);
        Assert.Contains("power-ALPHA[-blocks-B]", message, StringComparison.Ordinal);
        Assert.Contains("Did you mean beam-32?",
            Assert.Throws<InputException>(() => ComparisonPlan.Of(options with { Methods = ["beem-32"] })).Message,
            StringComparison.Ordinal);
        Assert.Contains("at least 1", Assert.Throws<InputException>(() => ComparisonPlan.Of(options with { Methods = ["beam-0"] })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Methods_that_judge_or_count_answers_run_beside_those_of_the_plan()
    {
        using var model = new TinyModel();
        ComparisonOptions options = Options(model, "a", 1) with
        {
            Methods = ["best-of-2-reward", "majority-3-temperature-0.5", "smc-2-3-reward-1", "temperature-0.7-top-p-0.9"]
        };
        ComparisonResults results = await new ComparisonRunner(options).RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["base", .. options.Methods], results.Methods.Select(m => m.Name));
        Assert.Equal([false, true, false, true, false], results.Methods.Select(m => m.UsesGold));
        Assert.Equal([true, false, false, false, true], results.Methods.Select(m => m.Test.Kl is not null));
        Assert.Equal(["temperature-0.7-top-p-0.9"],
            new ClaimEvidence(results.Methods, [.. results.Samples.Select(s => s.Level ?? 0)], 5).Sharpeners().Select(m => m.Name));
    }

    [Fact]
    public void Files_of_another_format_are_refused()
    {
        using var model = new TinyModel();
        using var folder = ComparisonFolder.Open(Options(model, "numbered", 1));
        folder.SecondsSpent = 5;
        Assert.Equal(5, folder.SecondsSpent);
        string clock = Path.Combine(folder.Path, "clock.json");
        string jobs = Directory.CreateDirectory(Path.Combine(folder.Path, "jobs")).FullName;
        Assert.Contains("\"format\": 1,", File.ReadAllText(clock), StringComparison.Ordinal);
        File.WriteAllText(clock, """{"format": 2, "seconds": 5}""");
        Assert.Contains("has format 2", Assert.Throws<InputException>(() => folder.SecondsSpent).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(jobs, "base-seed-5.json"), """{"format": 2}""");
        Assert.Contains("has format 2", Assert.Throws<InputException>(() => folder.TryRead(new("base", 5))).Message,
            StringComparison.Ordinal);
    }

    private static ComparisonOptions Options(TinyModel model, string name, int jobs) => new()
    {
        Training = model.Configuration("template", steps: 2),
        Out = Path.Combine(model.Root, name),
        Seed = 5,
        Quick = true,
        Jobs = jobs,
        TestProblems = 8,
        Samples = 2,
        KlSamples = 1,
    };

    private static async Task<ComparisonResults> RunAsync(TinyModel model, string name, int jobs)
    {
        using var runner = new ComparisonRunner(Options(model, name, jobs));
        return await runner.RunAsync(TestContext.Current.CancellationToken);
    }

    private static string Figures(ComparisonResults results) => ResultsFile.ToJson(results with
    {
        Seconds = 0,
        Methods = [.. results.Methods.Select(m => m with { Seconds = 0 })],
    });

    private static string[] Stamps(TinyModel model, string name) =>
        [.. Directory.EnumerateFiles(Path.Combine(model.Root, name, "jobs")).Order().Select(f => $"{f} {File.GetLastWriteTimeUtc(f):O}")];

    private sealed class StopAtFirstRlStep(CancellationTokenSource stop) : IProgress<ComparisonProgress>
    {
        public void Report(ComparisonProgress value)
        {
            if (value is { Phase: ComparisonPhase.Training, Fraction: > 0 }) stop.Cancel();
        }
    }
}
