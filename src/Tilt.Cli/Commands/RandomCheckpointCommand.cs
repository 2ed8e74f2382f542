using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Tilt.Cli.Progress;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.RandomModels;

namespace Tilt.Cli.Commands;

/// <summary>
/// <c>tilt random-checkpoint</c>: a model folder of a published shape with random weights, for measurements. Not shown in the help.
/// </summary>
internal static class RandomCheckpointCommand
{
    public const string Name = "random-checkpoint";

    /// <param name="hidden">Not shown in the help of the root command; a hidden command has no help of its own either.</param>
    public static Command Create(bool hidden)
    {
        var shape = new Option<string>("--shape")
        {
            Description = $"Shape of a published model: {string.Join(", ", PublishedShapes.Names)}.",
            Required = true
        };
        var output = new Option<string>("--out", "-o")
        {
            Description = "Folder for the model, in Hugging Face layout; it must be empty or missing.",
            Required = true
        };
        var seed = new Option<uint>("--seed") { Description = "Seed of the weights.", DefaultValueFactory = _ => 42 };
        var layers = new Option<int?>("--layers") { Description = "Number of blocks instead of the published one." };
        var command = new Command(Name, """
            Writes a model folder of a published shape with random bfloat16 weights and no tokenizer, to measure load time, memory and speed with.

            Example: tilt random-checkpoint --shape qwen2.5-3b --out /tmp/qwen2.5-3b
            """)
        {
            shape, output, seed, layers,
        };
        command.Hidden = hidden;
        command.SetAction((parsed, cancellationToken) => Task.FromResult(
            Write(parsed.GetRequiredValue(shape), parsed.GetRequiredValue(output), parsed.GetValue(seed), parsed.GetValue(layers),
                cancellationToken)));
        return command;
    }

    private static int Write(string shape, string folder, uint seed, int? layers, CancellationToken cancellationToken)
    {
        ModelConfiguration configuration = PublishedShapes.Of(shape);
        if (layers is < 1 or > 1000) throw new InputException($"--layers is {layers}; a number from 1 to 1000 is needed.");
        if (folder.Length == 0) throw new InputException("--out names no folder.");
        folder = Path.GetFullPath(folder);
        if (File.Exists(folder)) throw new InputException($"'{folder}' is a file; name a folder that is empty or not there yet.");
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new InputException($"The folder '{folder}' is not empty; name another one.");
        return Interruptible.Run(folder, () =>
        {
            long start = Stopwatch.GetTimestamp();
            long bytes = RandomCheckpoint.Write(folder, configuration with { LayerCount = layers ?? configuration.LayerCount }, seed,
                new Gigabytes(), cancellationToken);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{folder}: {bytes / 1e9:0.00} GB of weights in {seconds:0.0} s ({bytes / 1e9 / seconds:0.00} GB/s)"));
        });
    }

    /// <summary>One line for every gigabyte.</summary>
    private sealed class Gigabytes : IProgress<long>
    {
        private long _told;

        public void Report(long value)
        {
            if (value / 1_000_000_000 == _told) return;
            _told = value / 1_000_000_000;
            Console.Error.WriteLine($"{_told} GB written");
        }
    }
}
