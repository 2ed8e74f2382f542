using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Tilt.Cli.Options;
using Tilt.Cli.Progress;
using Tilt.HuggingFace.Export;
using Tilt.HuggingFace.Hub;

namespace Tilt.Cli.Commands;

/// <summary><c>tilt import</c>: a GGUF file as a model folder in Hugging Face layout.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file")
        {
            Description = "The GGUF file of a model: Llama (SmolLM2 and others of its form), Qwen2 or Qwen3.",
            HelpName = "model.gguf",
        };
        var output = new Option<string>("--out", "-o") { Description = "Folder to write.", Required = true };
        var type = new Option<ImportType?>("--dtype")
        {
            Description = "Element type of the weights: bfloat16, float32 or float16. Default: that of the file; bfloat16 where it is "
                + "quantised.",
            HelpName = "bfloat16|float32|float16",
            CustomParser = Choice<ImportType>.ParseOptional(NamesOf),
        };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace an earlier import." };
        var command = new Command("import", """
            Makes a model folder in Hugging Face layout from a GGUF file: config.json, tokenizer, chat template and weights, widened where
            they are quantised, exactly as llama.cpp does. The folder is complete or absent, also after Ctrl-C.

            Example: tilt import SmolLM2-135M-Instruct.Q4_1.gguf --out smollm2 --dtype bfloat16
            """)
        {
            file, output, type, overwrite,
        };
        command.SetAction((parsed, cancellationToken) =>
            Task.FromResult(Run(parsed.GetRequiredValue(file), parsed.GetRequiredValue(output), (WeightType?)parsed.GetValue(type),
                parsed.GetValue(overwrite), cancellationToken)));
        return command;
    }

    private static int Run(string path, string folder, WeightType? type, bool overwrite, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        if (Directory.Exists(path)) throw new InputException($"'{path}' is a folder; the GGUF file of a model is needed.");
        if (!File.Exists(path)) throw new InputException($"There is no file '{path}'.");
        return Interruptible.Run(folder, () =>
        {
            ExportSummary summary;
            using (MergedModel model = MergedModel.Open(path))
            {
                using var progress = new ExportDisplay();
                type ??= model.IsQuantized ? WeightType.BFloat16 : model.StoredType;
                summary = SafetensorsExport.Write(model, folder, new() { Type = type, Overwrite = overwrite }, progress, cancellationToken);
            }
            if (!summary.HasTokenizer) Console.Error.WriteLine("The file has no tokenizer: the model takes and gives token ids.");
            string tensors = string.Join(", ", summary.TensorCounts.Select(p => $"{p.Value} {p.Key.Name()}"));
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{folder}: {ByteSize.Text(summary.Bytes)} in {seconds:0.0} s, tensors: {tensors}"));
        });
    }

    private static string[] NamesOf(ImportType type) => type switch
    {
        ImportType.BFloat16 => [WeightType.BFloat16.Name(), "bf16"],
        ImportType.Float32 => [WeightType.Float32.Name(), "f32"],
        _ => [WeightType.Float16.Name(), "f16"],
    };

    private enum ImportType
    {
        BFloat16 = WeightType.BFloat16,
        Float32 = WeightType.Float32,
        Float16 = WeightType.Float16,
    }
}
