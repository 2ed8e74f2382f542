using System.Globalization;
using Tilt.Cli.Progress;
using Tilt.Configuration;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Hub;
using Tilt.HuggingFace.RandomModels;
using Tilt.Reporting.Pages;
using Tilt.Results;
using Tilt.Settings;
using Tilt.Studies.Comparison;
using Tilt.Torch.Tensors;
using Tilt.Training.Estimates;

namespace Tilt.Cli.Commands;

/// <summary><c>tilt compare --grid</c>: many training runs of one file, one after the other.</summary>
internal static class GridRuns
{
    /// <summary>Lists the runs with their memory and time; loads nothing, and needs no model where its shape is known.</summary>
    public static void List(GridConfiguration grid, string folder)
    {
        IReadOnlyList<TrainingConfiguration> runs = grid.Runs(folder);
        ModelConfiguration shape = ShapeOf(grid.Training.Model);
        double hours = 0;
        var rows = new List<IReadOnlyList<string>>();
        foreach (TrainingConfiguration run in runs)
        {
            TrainingEstimate estimate = TrainingEstimate.Of(run, shape);
            double time = estimate.FlopsPerStep / (grid.AssumedTflops * 1e12) * run.Steps / 3600;
            hours += time;
            rows.Add([run.Name, Number(estimate.TrainedParameters / 1e6, "N0"), Number(estimate.MemoryBytes / 1e9, "0.0"),
                Number(estimate.FlopsPerStep / 1e12, "N0"), Number(time, "0.0")]);
        }

        FinalTables.Write(new ResultsTable(
            [new("run", false), new("trained, M", true), new("memory, GB", true), new("TFLOP a step", true), new("hours", true)], rows,
            [$"{runs.Count} runs of {grid.Training.Steps} steps, at most {Number(hours, "N0")} hours at {Number(grid.AssumedTflops, "0")} "
                + $"TFLOP/s, "
                + $"all responses at full length; memory by parts: tilt train --dry-run."]));
    }

    /// <summary>Trains and evaluates the runs that are not done yet.</summary>
    public static async Task RunAsync(GridConfiguration grid, string folder, CancellationToken cancellationToken)
    {
        TorchRuntime.Configure(grid.Training.Threads);
        var work = new GridRun(grid, folder);
        Show(await work.BaseAsync(cancellationToken));
        foreach (TrainingConfiguration run in grid.Runs(folder))
        {
            Console.WriteLine($"{run.Name} → {run.RunFolderPath()}");
            using var board = new TrainingBoard();
            Show(await work.TrainAsync(run, board, cancellationToken));
        }

        Console.WriteLine($"tilt report {folder} puts them on one page.");

        static void Show(EvaluationResults results) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{results.Model}: {results.Methods[0].Accuracy:P1} of {results.Problems.Count} test problems"));
    }

    private static ModelConfiguration ShapeOf(string model)
    {
        try
        {
            return ModelConfigurationReader.Read(ModelFolder.Resolve(model));
        }
        catch (InputException) when (PublishedShapes.Names.FirstOrDefault(name => IsNamed(model, name)) is { } known)
        {
            return PublishedShapes.Of(known);
        }
    }

    private static bool IsNamed(string model, string shape) =>
        ConfigurationName.OfEnum(model.Split('/')[^1]).StartsWith(shape, StringComparison.OrdinalIgnoreCase)
            || model.Split('/')[^1].StartsWith(shape, StringComparison.OrdinalIgnoreCase);

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
