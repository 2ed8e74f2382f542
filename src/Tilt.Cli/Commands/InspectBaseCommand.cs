using System.CommandLine;
using Tilt.Cli.Options;
using Tilt.Cli.Progress;
using Tilt.HuggingFace.Hub;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Inference.Fused;
using Tilt.Studies.EmbeddedModel;

namespace Tilt.Cli.Commands;

/// <summary><c>tilt inspect-base</c>: how a base model of the embedded task answers.</summary>
internal static class InspectBaseCommand
{
    public static Command Create()
    {
        var model = new Option<string?>("--model", "-m")
        {
            Description = "Folder of the model, a GGUF file, or a repository that 'tilt pull' fetched. Default: assets/embedded."
        };
        var problems = new Option<int>("--problems") { Description = "Selection problems of each level.", DefaultValueFactory = _ => 16 };
        var samples =
            new Option<int>("--samples") { Description = "Samples of each problem, a multiple of 8.", DefaultValueFactory = _ => 128 };
        var seed = new Option<uint>("--seed") { Description = "Seed of problems and samples.", DefaultValueFactory = _ => 42 };
        Option<int> threads = ThreadsOption.Create();
        var command = new Command("inspect-base", """
            Shows how a base model of the embedded task answers: which styles, how likely and how right, and what sharpening would make of them. Uses selection problems, never test problems.

            Example: tilt inspect-base --model /tmp/model
            """)
        {
            model, problems, samples, seed, threads,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string folder = parsed.GetValue(model) is { } named
                ? ModelFolder.Resolve(named)
                : ApplicationFiles.Find(Path.Combine("assets", "embedded"));
            if (parsed.GetValue(problems) < 1)
                throw new InputException($"--problems is {parsed.GetValue(problems)}; at least 1 problem of each level is needed.");
            FusedModel fused = FusedModelLoader.Load(folder, parsed.GetValue(threads));
            var inspection = new BaseInspection(fused, new FusedSampler(fused), TokenizerLoader.Load(folder));
            BaseReport report =
                await inspection.RunAsync(parsed.GetValue(problems), parsed.GetValue(samples), parsed.GetValue(seed), cancellationToken);
            Console.Write(BaseReportText.Markdown(report));
            return ExitCode.Done;
        });
        return command;
    }
}
