using System.CommandLine;
using Spectre.Console;
using Tilt.Cli.Options;
using Tilt.Cli.Progress;
using Tilt.Configuration;
using Tilt.Reporting.Comparison;
using Tilt.Results;
using Tilt.Settings;
using Tilt.Studies.Comparison;
using Tilt.Torch.Tensors;

namespace Tilt.Cli.Commands;

/// <summary><c>tilt compare</c>: the paper's experiment on the embedded model.</summary>
internal static class CompareCommand
{
    private const int QuickSteps = 30, QuickTestProblems = 256, FullTestProblems = 512;

    public static Command Create()
    {
        var quick = new Option<bool>("--quick") { Description = "One seed, ten methods, fewer steps and test problems: a minute or two." };
        var seed = new Option<int>("--seed") { Description = "First seed.", DefaultValueFactory = _ => 42 };
        var output = new Option<string?>("--out", "-o")
        {
            Description = "Folder of results, report and runs. Default: runs/compare, with -quick and -seed-N where they apply."
        };
        var config = new Option<string?>("--config", "-c")
        {
            Description = "YAML file with the settings of every RL run. Default: configs/quickstart.yaml."
        };
        Option<TrainingPrecision?> dtype = DtypeOption.CreateForTraining();
        var jobs = new Option<int>("--jobs", "-j")
        {
            Description = "Methods at work at once, one thread each; results do not depend on it. Default: one a core.",
            DefaultValueFactory = _ => Environment.ProcessorCount
        };
        var methods = new Option<string[]>("--methods", "-m")
        {
            Description = "Only these methods beside the base model, separated by commas, such as task-reward,sharpening; inference-time "
                + "ones of any name (docs/samplers.md), such as power-4,best-of-16-reward.",
            CustomParser = result =>
                [.. result.Tokens.SelectMany(
                    t => t.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))]
        };
        var seeds = new Option<int?>("--seeds")
        {
            Description = "Most seeds a method runs with. Default: three for the methods of the paper's main argument, one for the others."
        };
        var overrides = new Argument<string[]>("key=value")
        {
            Description = "Settings that replace those of the file, for every RL run.",
            Arity = ArgumentArity.ZeroOrMore
        };
        var command = new Command("compare", """
            Compares sharpening and task reward: the base model, inference-time methods, and reinforcement learning by every
            objective of the paper, with the same data, budget and settings. Writes results.json, results.csv and report.html.
            Run again, it continues where it stopped.

            Example: tilt compare --quick
            """)
        {
            quick, seed, seeds, methods, output, config, dtype, jobs, overrides,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var training = ReadTraining(parsed.GetValue(config), parsed.GetValue(overrides) ?? [], parsed.GetValue(quick));
            if (parsed.GetValue(dtype) is { } chosen) training = training with { Dtype = chosen };
            int first = parsed.GetValue(seed);
            var options = new ComparisonOptions
            {
                Training = training,
                Seed = first,
                Quick = parsed.GetValue(quick),
                TestProblems = parsed.GetValue(quick) ? QuickTestProblems : FullTestProblems,
                Methods = parsed.GetValue(methods) is { Length: > 0 } chosenMethods ? chosenMethods : null,
                SeedsPerMethod = Math.Max(1, parsed.GetValue(seeds) ?? int.MaxValue),
                Jobs = Math.Max(1, parsed.GetValue(jobs)),
                Command = string.Join(' ', ["tilt", .. parsed.Tokens.Select(t => t.Value)]),
                Out = parsed.GetValue(output) ?? DefaultFolder(parsed.GetValue(quick), first),
            };
            await CompareAsync(options, cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }

    private static TrainingConfiguration ReadTraining(string? file, string[] overrides, bool quick)
    {
        var training = ConfigurationReader.Read<TrainingConfiguration>(file
            ?? ApplicationFiles.Find(Path.Combine("configs", "quickstart.yaml")), overrides);
        return quick ? training with { Steps = Math.Min(training.Steps, QuickSteps) } : training;
    }

    private static string DefaultFolder(bool quick, int seed) =>
        Path.Combine("runs", "compare" + (quick ? "-quick" : "") + (seed == 42 ? "" : $"-seed-{seed}"));

    private static async Task CompareAsync(ComparisonOptions options, CancellationToken cancellationToken)
    {
        TorchRuntime.Configure(threads: 1);
        var board = new ComparisonBoard();
        using var runner = new ComparisonRunner(options, board);
        board.Start(runner.Plan);
        ComparisonResults results = await board.ShowAsync(() => runner.RunAsync(cancellationToken));

        string folder = Path.GetFullPath(options.Out);
        ResultsFile.Write(results, Path.Combine(folder, "results.json"));
        ResultsCsv.Write(results, Path.Combine(folder, "results.csv"));
        HtmlReport.Write(results, Path.Combine(folder, "report.html"));
        FinalTables.Write(results);
        AnsiConsole.MarkupLineInterpolated($"Report: {Path.Combine(folder, "report.html")}");
    }
}
