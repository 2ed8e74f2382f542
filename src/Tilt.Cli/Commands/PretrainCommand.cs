using System.CommandLine;
using System.Globalization;
using Tilt.Cli.Options;
using Tilt.Cli.Progress;
using Tilt.Configuration;
using Tilt.Files;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Inference.Fused;
using Tilt.Rollouts;
using Tilt.Settings;
using Tilt.Studies.EmbeddedModel;
using Tilt.Tasks.Embedded;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using Tilt.Training;

namespace Tilt.Cli.Commands;

/// <summary><c>tilt pretrain</c>: makes the embedded model from its recipe.</summary>
internal static class PretrainCommand
{
    private const int InspectedProblems = 16, InspectedSamples = 128;
    private const uint InspectionSeed = 42;

    public static Command Create()
    {
        var recipe =
            new Option<string?>("--recipe", "-r") { Description = "YAML file of the recipe. Default: assets/embedded/recipe.yaml." };
        var output = new Option<string>("--out", "-o") { Description = "Folder for the model, in Hugging Face layout.", Required = true };
        Option<int> threads = ThreadsOption.Create();
        var overrides = new Argument<string[]>("key=value")
        {
            Description = "Settings that replace those of the recipe, such as steps=500.",
            Arity = ArgumentArity.ZeroOrMore
        };
        var command = new Command("pretrain", """
            Pretrains the small model that ships with Tilt, on a generated corpus. Run again, it continues where it stopped.

            Example: tilt pretrain --out /tmp/model steps=500
            """)
        {
            recipe, output, threads, overrides,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            string file = parsed.GetValue(recipe) ?? ApplicationFiles.Find(Path.Combine("assets", "embedded", "recipe.yaml"));
            var configuration = ConfigurationReader.Read<PretrainingConfiguration>(file, parsed.GetValue(overrides) ?? []);
            return PretrainAsync(configuration, Path.GetFullPath(parsed.GetRequiredValue(output)), parsed.GetValue(threads),
                cancellationToken);
        });
        return command;
    }

    private static async Task<int> PretrainAsync(PretrainingConfiguration recipe, string folder, int threads,
        CancellationToken cancellationToken)
    {
        TorchRuntime.Configure(Transformer.HasOwnKernels(recipe.Dtype.ToCompute()) ? 1 : threads);
        using HeldFolder held = HeldFolder.Open(folder, "--out");
        WordLevelTokenizerWriter.Write(folder, EmbeddedVocabulary.Tokens, EmbeddedVocabulary.End, EmbeddedVocabulary.Padding,
            recipe.Model.ContextLength);
        ITokenizer tokenizer = TokenizerLoader.Load(folder);
        var checkpoint = new PretrainingCheckpoint(Path.Combine(folder, "pretraining.safetensors"), recipe);
        var lines = new Lines();
        using (Transformer model = new Pretrainer(recipe, tokenizer) { Threads = threads }.Run(checkpoint, lines, cancellationToken))
            model.Save(folder);
        AtomicFile.WriteText(Path.Combine(folder, "recipe.yaml"), ConfigurationWriter.ToYaml(recipe));
        FusedModel fused = FusedModelLoader.Load(folder, threads);
        BaseReport report = await new BaseInspection(fused, new FusedSampler(fused), tokenizer)
            .RunAsync(InspectedProblems, InspectedSamples, InspectionSeed, cancellationToken);
        AtomicFile.WriteText(Path.Combine(folder, "README.md"), ModelCard.Markdown(recipe, report));
        checkpoint.Delete();
        Console.Write(BaseReportText.Markdown(report));
        Console.WriteLine($"The model is in {folder}.");
        return ExitCode.Done;
    }

    private sealed class Lines : IProgress<PretrainingProgress>
    {
        private double _loss = double.NaN;

        public void Report(PretrainingProgress value)
        {
            _loss = double.IsNaN(_loss) ? value.Loss : 0.95 * _loss + 0.05 * value.Loss;
            if (value.Step % 25 != 0 && value.Step != value.Steps) return;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"step {value.Step,5}/{value.Steps}  loss {_loss:0.000} nats/token  {value.TokensPerSecond / 1000:0.0} k tokens/s "
                + $" {TimeLeft.Text(value.Remaining)} left"));
        }
    }
}
