using System.CommandLine;
using System.Globalization;
using Tilt.Cli.Progress;
using Tilt.Configuration;
using Tilt.Settings;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using Tilt.Training;
using Tilt.Training.Estimates;
using Tilt.Training.Records;

namespace Tilt.Cli.Commands;

/// <summary><c>tilt train</c>: one training run from a configuration file.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var config = new Option<string>("--config", "-c")
        {
            Description = "YAML file of the run, such as configs/quickstart.yaml.",
            Required = true
        };
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Print the resolved configuration and an estimate of memory and time, and stop."
        };
        var overrides = new Argument<string[]>("key=value")
        {
            Description = "Settings that replace those of the file, such as optimizer.learning_rate=1e-4.",
            Arity = ArgumentArity.ZeroOrMore
        };
        var command = new Command("train", """
            Trains a model with reinforcement learning by one of the paper's objectives. Run again, it continues where it stopped.

            Example: tilt train --config configs/quickstart.yaml objective.regime=tempered objective.alpha=2 name=tempered-2
            """)
        {
            config, dryRun, overrides,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var configuration =
                ConfigurationReader.Read<TrainingConfiguration>(parsed.GetRequiredValue(config), parsed.GetValue(overrides) ?? []);
            if (parsed.GetValue(dryRun))
            {
                Console.Write(ConfigurationWriter.ToYaml(configuration));
                TorchRuntime.Configure(configuration.Threads);
                Console.Write(EstimateText.Of(TrainingEstimate.Of(configuration), MachineLimits.ProductRate(configuration.Dtype)));
                MachineLimits.Check(configuration);
                return ExitCode.Done;
            }

            await TrainAsync(configuration, cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task TrainAsync(TrainingConfiguration configuration, CancellationToken cancellationToken)
    {
        TorchRuntime.Configure(Transformer.HasOwnKernels(configuration.Dtype.ToCompute()) ? 1 : configuration.Threads);
        using var run = TrainingRun.Open(configuration);
        foreach (string change in run.Changes) await Console.Error.WriteLineAsync($"Note: the run goes on with {change}.");
        foreach (string note in run.Task.Notes) await Console.Error.WriteLineAsync($"Note: {note}");
        Console.WriteLine($"{configuration.Name} → {configuration.RunFolderPath()}");
        using var news = new TrainingBoard();
        RunState state = await run.RunAsync(news, cancellationToken, warning => Console.Error.WriteLine($"Warning: {warning}"));
        if (state.StoppedBy is { } by) Console.WriteLine($"Stopped at step {by.Step} of {configuration.Steps} ({by.Name}): {by.Sentence}.");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Done: {state.Step} steps in {state.Seconds:0} s; best on selection problems at "
            + $"step {state.BestStep}: {state.BestAccuracy:P1}."));
        if (state.Curve.Count > 0 && state.Curve[0].Accuracy >= state.BestAccuracy)
            Console.WriteLine("No checkpoint beat the base model on selection problems.");
    }
}
