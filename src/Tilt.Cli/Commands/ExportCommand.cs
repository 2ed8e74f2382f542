using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Tilt.Cli.Options;
using Tilt.Cli.Progress;
using Tilt.HuggingFace.Export;
using Tilt.HuggingFace.Gguf;
using Tilt.HuggingFace.Hub;

namespace Tilt.Cli.Commands;

/// <summary><c>tilt export</c>: a model, with its adapter merged, for Transformers or llama.cpp.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var model = new Option<string>("--model", "-m")
        {
            Description = "Folder of the model, in Hugging Face layout, a GGUF file, or a repository that 'tilt pull' fetched.",
            Required = true
        };
        var adapter = new Option<string?>("--adapter", "-a")
        {
            Description = "Folder of a LoRA adapter in PEFT's layout, or a repository that 'tilt pull' fetched, to merge into the weights."
        };
        var format = new Option<ExportFormat>("--format", "-f")
        {
            Description = "safetensors: a model folder that Transformers loads; gguf: a file that llama.cpp loads.",
            Required = true,
            HelpName = "safetensors|gguf",
            CustomParser = Choice<ExportFormat>.Parse(value => [$"{value}".ToLowerInvariant()]),
        };
        var type = new Option<WeightType?>("--dtype")
        {
            Description = "Element type of the weights: float32, bfloat16, float16 or, for gguf, q8_0. Default: that of the model.",
            HelpName = "type",
            CustomParser = Choice<WeightType>.ParseOptional(NamesOf),
        };
        var output = new Option<string>("--out", "-o") { Description = "Folder (safetensors) or file (gguf) to write.", Required = true };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace an earlier export." };
        var noTokenizer =
            new Option<bool>("--no-tokenizer") { Description = "gguf: leave the tokenizer out; llama.cpp then takes and gives token ids." };
        var shardSize = new Option<double>("--shard-size")
        {
            Description = "safetensors: most gigabytes of a file; larger models are split.",
            DefaultValueFactory = _ => 5
        };
        var command = new Command("export", """
            Writes a model for other programs, with an adapter merged in float32. The target is complete or absent, also after Ctrl-C.

            Example: tilt export --model Qwen/Qwen2.5-3B --adapter run/adapter --format gguf --dtype q8_0 --out tuned.gguf
            """)
        {
            model, adapter, format, type, output, overwrite, noTokenizer, shardSize,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            double gigabytes = parsed.GetValue(shardSize);
            if (!(gigabytes is >= 1e-6 and <= 1e6))
                throw new InputException(
                    string.Create(CultureInfo.InvariantCulture, $"--shard-size is {gigabytes}; a number of gigabytes above 0 is needed."));
            bool gguf = parsed.GetValue(format) == ExportFormat.Gguf;
            if (!gguf && parsed.GetValue(noTokenizer))
                throw new InputException("--no-tokenizer is for gguf; a safetensors folder gets the tokenizer files as they are.");
            string target = parsed.GetRequiredValue(output);
            return Task.FromResult(Run(ModelFolder.Resolve(parsed.GetRequiredValue(model)), AdapterFolder.Resolve(parsed.GetValue(adapter)),
                target, (source, progress) => gguf
                    ? GgufExport.Write(source, target,
                        new()
                        {
                            Type = parsed.GetValue(type),
                            NoTokenizer = parsed.GetValue(noTokenizer),
                            Overwrite = parsed.GetValue(overwrite)
                        }, progress, cancellationToken)
                    : SafetensorsExport.Write(source, target,
                    new() { Type = parsed.GetValue(type), ShardBytes = (long)(gigabytes * 1e9), Overwrite = parsed.GetValue(overwrite) },
                    progress, cancellationToken)));
        });
        return command;
    }

    private static int Run(string folder, string? adapter, string target, Func<MergedModel, IProgress<ExportProgress>, ExportSummary> write)
    {
        long start = Stopwatch.GetTimestamp();
        ExportSummary summary;
        using (MergedModel model = MergedModel.Open(folder, adapter))
        {
            try
            {
                using var progress = new ExportDisplay();
                summary = write(model, progress);
            }
            catch (OperationCanceledException)
            {
                Console.Error.WriteLine($"Interrupted; nothing was written to '{target}'.");
                return ExitCode.Interrupted;
            }
        }
        if (!summary.HasTokenizer) Console.Error.WriteLine("The export has no tokenizer: programs that load it take and give token ids.");
        string types = string.Join(", ", summary.TensorCounts.OrderByDescending(p => p.Value).Select(p => $"{p.Value} {p.Key.Name()}"));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{target}: {ByteSize.Text(summary.Bytes)} in {seconds:0.0} s, tensors: {types}"));
        return ExitCode.Done;
    }

    /// <summary>The name of a type, and the short one of llama.cpp.</summary>
    private static string[] NamesOf(WeightType type) => type switch
    {
        WeightType.Float32 => [type.Name(), "f32"],
        WeightType.BFloat16 => [type.Name(), "bf16"],
        WeightType.Float16 => [type.Name(), "f16"],
        _ => [type.Name()],
    };

    private enum ExportFormat
    {
        Safetensors,
        Gguf,
    }
}
