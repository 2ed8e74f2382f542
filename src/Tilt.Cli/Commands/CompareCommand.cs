using System.CommandLine;
using Spectre.Console;
using Tilt.Cli.Options;
using Tilt.Cli.Progress;
using Tilt.Configuration;
using Tilt.HuggingFace.Hub;
using Tilt.Reporting.Comparison;
using Tilt.Results;
using Tilt.Settings;
using Tilt.Studies.Comparison;
using Tilt.Torch;
using Tilt.Torch.Tensors;

namespace Tilt.Cli.Commands;

/// <summary><c>tilt compare</c>: the paper's experiment, on the embedded model or on one's own.</summary>
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
            Description = "YAML file with the settings of every RL run. Default: configs/quickstart.yaml; with --model or --task "
                + "configs/real-model.yaml."
        };
        Option<TrainingPrecision?> dtype = DtypeOption.CreateForTraining();
        var model = new Option<string?>("--model")
        {
            Description = "Folder, GGUF file or repository of the model to compare on. Default: the configuration's.",
        };
        var task = new Option<string?>("--task", "-t")
        {
            Description = "Its problems: a name such as arithmetic, math or gsm8k (docs/configuration.md, task.name). Files are named by "
                + "settings: task.name=file task.train=mine.jsonl task.test=other.jsonl.",
        };
        var problems = new Option<int?>("--problems", "-p")
        {
            Description = "Most test problems. Default: 512, or 256 with --quick.",
        };
        var samples = new Option<int>("--samples", "-n") { Description = "Outputs of each test problem.", DefaultValueFactory = _ => 16 };
        var jobs = new Option<int?>("--jobs", "-j")
        {
            Description = "Methods at work at once, one thread each; results do not depend on it. Default: one a core; of models that "
                + "libtorch computes one, with all threads.",
        };
        Option<int> threads = ThreadsOption.Create();
        var grid = new Option<string?>("--grid")
        {
            Description = "YAML file of a grid of training runs, such as configs/paper/qwen2.5-3b.yaml: trains and evaluates each of them.",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "With --grid: lists the runs with their memory and time, and stops." };
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

            On a real model: tilt compare --model Qwen/Qwen2.5-0.5B-Instruct --task gsm8k --config configs/real-model.yaml --quick
            """)
        {
            quick, model, task, problems, samples, seed, seeds, methods, output, config, dtype, jobs, threads, grid, dryRun,
            overrides,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[] given = parsed.GetValue(overrides) ?? [];
            if (parsed.GetValue(grid) is { } file)
            {
                GridConfiguration runs = ConfigurationReader.Read<GridConfiguration>(file, given);
                string to = parsed.GetValue(output) ?? Path.Combine("runs", runs.Name);
                if (parsed.GetValue(dryRun)) GridRuns.List(runs, to);
                else await GridRuns.RunAsync(runs, to, cancellationToken);
                return ExitCode.Done;
            }

            if (parsed.GetValue(dryRun)) throw new InputException("--dry-run belongs to --grid; 'tilt train --dry-run' estimates one run.");
            if (parsed.GetValue(model) is { } named) given = [$"model={named}", .. given];
            if (parsed.GetValue(task) is { } set) given = [$"task.name={set}", .. given];
            bool real = parsed.GetValue(model) is not null || parsed.GetValue(task) is not null;
            var training = ReadTraining(parsed.GetValue(config) ?? UsualConfiguration(real), given, parsed.GetValue(quick));
            if (parsed.GetValue(dtype) is { } chosen) training = training with { Dtype = chosen };
            training = training with { Model = ModelFolder.Resolve(training.Model) };
            if (parsed.GetValue(problems) is < 1 || parsed.GetValue(samples) < 1)
                throw new InputException("--problems and --samples must be at least 1.");
            bool fused = LoadedModel.EngineOf(training.Model, EngineChoice.Auto) == EngineChoice.Fused;
            int together = Math.Max(1, parsed.GetValue(jobs) ?? (fused ? Environment.ProcessorCount : 1));
            int first = parsed.GetValue(seed);
            var options = new ComparisonOptions
            {
                Training = training,
                Seed = first,
                Quick = parsed.GetValue(quick),
                TestProblems = parsed.GetValue(problems) ?? (parsed.GetValue(quick) ? QuickTestProblems : FullTestProblems),
                Samples = parsed.GetValue(samples),
                KlSamples = Math.Min(4, parsed.GetValue(samples)),
                Methods = parsed.GetValue(methods) is { Length: > 0 } chosenMethods ? chosenMethods : null,
                SeedsPerMethod = Math.Max(1, parsed.GetValue(seeds) ?? int.MaxValue),
                Jobs = together,
                Threads = fused ? 1 : Math.Max(1, parsed.GetValue(threads) / together),
                Command = CommandText.Of(parsed),
                Out = parsed.GetValue(output) ?? DefaultFolder(real ? training.Task.Name : null, parsed.GetValue(quick), first),
            };
            await CompareAsync(options, cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }

    private static string UsualConfiguration(bool real) =>
        ApplicationFiles.Find(Path.Combine("configs", real ? "real-model.yaml" : "quickstart.yaml"));

    private static TrainingConfiguration ReadTraining(string file, string[] overrides, bool quick)
    {
        var training = ConfigurationReader.Read<TrainingConfiguration>(file, overrides);
        return quick ? training with { Steps = Math.Min(training.Steps, QuickSteps) } : training;
    }

    private static string DefaultFolder(TaskName? task, bool quick, int seed) =>
        Path.Combine("runs", "compare" + (task is { } name ? "-" + ConfigurationName.OfEnum(name) : "") + (quick ? "-quick" : "")
            + (seed == 42 ? "" : $"-seed-{seed}"));

    private static async Task CompareAsync(ComparisonOptions options, CancellationToken cancellationToken)
    {
        TorchRuntime.Configure(options.Threads);
        // A device that is not there is told before the folder is made and anything is loaded.
        ComputeDevice.Of(options.Training.Device);
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
