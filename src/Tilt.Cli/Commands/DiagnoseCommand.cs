using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tilt.Cli.Options;
using Tilt.Cli.Progress;
using Tilt.HuggingFace.ChatTemplates;
using Tilt.Reporting.Diagnosis;
using Tilt.Studies.Diagnosis;
using Tilt.TiltFit;
using Tilt.Torch;

namespace Tilt.Cli.Commands;

/// <summary><c>tilt diagnose</c>: is a fine-tuned model sharpened, or has it learned?</summary>
internal static class DiagnoseCommand
{
    public static Command Create()
    {
        var reference = new Option<string>("--base", "-b")
        {
            Description = "Folder of the base model, in Hugging Face layout, or a GGUF file.",
            Required = true
        };
        var tuned = new Option<string?>("--tuned", "-t")
        {
            Description = "Folder of the fine-tuned model, such as a checkpoint runs/…/checkpoints/step-50, or a GGUF file."
        };
        var adapter = new Option<string?>("--adapter")
        {
            Description = "Folder of a LoRA adapter of the base model in PEFT's layout, instead of --tuned."
        };
        var prompts = new Option<string>("--prompts", "-p")
        {
            Description = "JSON Lines of problems: problem, answer (on every line, or none to leave the reward out), id; or "
                + "embedded:SPLIT:PER_LEVEL, such as embedded:selection:64.",
            Required = true
        };
        var template = new Option<string?>("--template")
        {
            Description = "How a prompt is made from a problem: text with {problem} in it. Default: the problem itself."
        };
        var chat = new Option<string?>("--chat-template")
        {
            Description = $"Write each prompt as the user's turn: auto (the tuned model's own template), {ChatTemplateLoader.Choices}. "
                + $"Default: the prompt alone.",
            HelpName = "name|file"
        };
        var limit = new Option<int?>("--limit") { Description = "At most this many problems, from the first on." };
        var samples = new Option<int>("--samples", "-n")
        {
            Description = "Draws a problem from each model, at least 2.",
            DefaultValueFactory = _ => 16
        };
        var tokens = new Option<int?>("--max-new-tokens")
        {
            Description = "Most response tokens, the end token included. Default: 90 for embedded prompts, else 1024."
        };
        var seed = new Option<uint>("--seed") { Description = "Seed of draws and bootstrap.", DefaultValueFactory = _ => 42 };
        var engine = new Option<EngineChoice>("--engine")
        {
            Description = "What computes: fused (small models), libtorch, or auto.",
            DefaultValueFactory = _ => EngineChoice.Auto,
            CustomParser = Choice<EngineChoice>.Parse(value => [$"{value}".ToLowerInvariant()]),
        };
        Option<int> threads = ThreadsOption.Create();
        var output = new Option<string?>("--out", "-o")
        {
            Description = "Folder of draws and reports. Default: runs/diagnose/ and the tuned model's name."
        };
        var command = new Command("diagnose", """
            Shows whether a fine-tuned model is a sharpened base or has learned from the reward: draws from both, fits
            log π = α·log p + r/β within prompts, and says what the change is made of (docs/diagnosis.md). Writes diagnosis.json
            and diagnosis.html. Run again, it continues where it stopped.

            Example: tilt diagnose --base assets/embedded --tuned runs/quickstart/checkpoints/step-50 --prompts embedded:selection
            """)
        {
            reference, tuned, adapter, prompts, template, chat, limit, samples, tokens, seed, engine, threads, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new DiagnosisOptions
            {
                Base = parsed.GetRequiredValue(reference),
                Tuned = parsed.GetValue(tuned),
                Adapter = parsed.GetValue(adapter),
                Prompts = parsed.GetRequiredValue(prompts),
                Template = parsed.GetValue(template),
                ChatTemplate = parsed.GetValue(chat),
                Limit = parsed.GetValue(limit),
                Samples = parsed.GetValue(samples),
                MaxNewTokens = parsed.GetValue(tokens),
                Seed = parsed.GetValue(seed),
                Threads = parsed.GetValue(threads),
                Engine = parsed.GetValue(engine),
                Out = parsed.GetValue(output)
                    ?? Path.Combine("runs", "diagnose", NameOf(parsed.GetValue(adapter) ?? parsed.GetValue(tuned) ?? "")),
            };
            DiagnosisResult result;
            using (var progress = new DiagnosisDisplay()) result = await DiagnosisRun.RunAsync(options, progress, cancellationToken);
            string folder = Path.GetFullPath(options.Out);
            DiagnosisFile.Write(result.Report, Path.Combine(folder, "diagnosis.json"));
            DiagnosisPage.Write(result.Report, result.Draws, Path.Combine(folder, "diagnosis.html"));
            Show(result.Report, folder);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>A checkpoint's folder is named after its run as well.</summary>
    private static string NameOf(string folder)
    {
        string[] parts =
            Path.GetFullPath(folder.Length == 0 ? "." : folder).TrimEnd(Path.DirectorySeparatorChar).Split(Path.DirectorySeparatorChar);
        return parts is [.., var run, "checkpoints", var step] ? $"{run}-{step}" : parts[^1];
    }

    private static void Show(DiagnosisReport report, string folder)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("quantity").AddColumn(new TableColumn("value").RightAligned())
            .AddColumn("95 % interval");
        foreach (DiagnosisRow row in DiagnosisTable.Rows(report))
            table.AddRow(Markup.Escape(row.Quantity), Markup.Escape(row.Value), Markup.Escape(row.Interval));
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) }).Write(table);
        // Not through Spectre: it would break long lines where there is no terminal.
        Console.WriteLine($"Verdict: {report.Verdict.Name}. {report.Verdict.Reason}");
        if (report.Verdict.Direction is { } direction) Console.WriteLine(direction);
        if (report.Verdict.Reach is { } reach) Console.WriteLine(reach);
        if (report.OverBudget > 0)
            Console.WriteLine($"{report.OverBudget} responses could not be judged within the budget and count as wrong.");
        Console.WriteLine($"Report: {Path.Combine(folder, "diagnosis.html")}");
    }

    /// <summary>How far the drawing has come: prompts, tokens a second, time left.</summary>
    private sealed class DiagnosisDisplay : IProgress<DiagnosisProgress>, IDisposable
    {
        private readonly ProgressLine _line = new();

        public void Report(DiagnosisProgress value)
        {
            if (value.Resumed > 0 && value.Prompts == value.Resumed) _line.Note(Text(value));
            else _line.Show((double)value.Prompts / value.AllPrompts, () => Text(value));
        }

        private string Text(DiagnosisProgress value)
        {
            int done = value.Prompts - value.Resumed;
            string rate = done > 0 ? string.Create(CultureInfo.InvariantCulture,
                $", {value.Tokens / Math.Max(1e-3, _line.Elapsed.TotalSeconds) / 1000:0.0} k "
                + $"tokens/s{TimeLeft.After(_line.Elapsed, done, value.AllPrompts - value.Prompts)}") : "";
            return $"{value.Prompts}/{value.AllPrompts} prompts drawn and "
                + $"scored{(value.Resumed > 0 ? $" ({value.Resumed} before)" : "")}{rate}";
        }

        public void Dispose() => _line.Dispose();
    }
}
