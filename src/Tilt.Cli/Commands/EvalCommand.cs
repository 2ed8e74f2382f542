using System.CommandLine;
using System.Globalization;
using Tilt.Cli.Options;
using Tilt.Cli.Progress;
using Tilt.Configuration;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Hub;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Inference.Methods;
using Tilt.Inference.Methods.Contracts;
using Tilt.Reporting.Evaluation;
using Tilt.Results;
using Tilt.Rollouts;
using Tilt.RunFolders;
using Tilt.Settings;
using Tilt.Statistics;
using Tilt.Studies.Evaluation;
using Tilt.Tasks;
using Tilt.Torch;
using Tilt.Torch.Decoding;
using Tilt.Torch.Tensors;
using Tilt.Training;
using Tilt.Verification;
using TorchSharp;

namespace Tilt.Cli.Commands;

/// <summary><c>tilt eval</c>: accuracy of a model on a task by one or more inference-time methods.</summary>
internal static class EvalCommand
{
    private const int UsualLimit = 1024, MostTogether = 512;

    public static Command Create()
    {
        var model = new Option<string?>("--model", "-m")
        {
            Description = "Folder of the model, in Hugging Face layout, or a repository that 'tilt pull' fetched."
        };
        var adapter = new Option<string?>("--adapter", "-a")
        {
            Description = "Folder of a LoRA adapter in PEFT's layout, such as a checkpoint of a training run."
        };
        var responses = new Option<string?>("--responses")
        {
            Description = "Judges responses that were made elsewhere instead: samples or generations of Tilt, lm-eval's samples_*.jsonl, "
                + "lighteval's details (Parquet or JSON Lines)."
        };
        var task = new Option<string>("--task", "-t")
        {
            Description =
                $"Problems: {string.Join(", ",
                    Enum.GetValues<TaskName>().Where(name => name != TaskName.File).Select(
                        name => ConfigurationName.OfEnum(name)))}, or a file or data set of one's own.",
            Required = true
        };
        var split = new Option<string>("--split")
        {
            Description = "Which problems: test, selection (held out of the training set), or train.",
            HelpName = "test|selection|train",
            DefaultValueFactory = _ => "test"
        };
        var problems = new Option<int?>("--problems", "-p")
        {
            Description = "Evaluates the first so many problems. Default: all; 512 of the embedded task."
        };
        var method = new Option<string[]>("--method")
        {
            Description = $"One or more of {InferenceMethods.Choices} (docs/samplers.md). The others are compared with the first.",
            HelpName = "name",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => ["temperature-1"]
        };
        var samples = new Option<int>("--samples", "-n")
        {
            Description = "Outputs for each problem; methods without randomness give one.",
            DefaultValueFactory = _ => 16
        };
        var tokens = new Option<int?>("--max-new-tokens")
        {
            Description = $"Most tokens of a response, the end token included. Default: {UsualLimit}, or what the context leaves."
        };
        var form = new Option<AnswerForm>("--form")
        {
            Description = "What the verifier asks of an answer: any (equal in value), or evaluated (worked out where the gold answer is a "
                + "numeral, as in training).",
            HelpName = "any|evaluated",
            CustomParser = Choice<AnswerForm>.Parse(value => [$"{value}".ToLowerInvariant()]),
        };
        var vote = new Option<VoteRule>("--vote")
        {
            Description = "What counts as the same answer in maj@k: classes (answers that the verifier calls equivalent; outputs without "
                + "one abstain), or authors (answers of equal text; outputs without one vote together, as in arXiv 2604.16259).",
            HelpName = "classes|authors",
            CustomParser = Choice<VoteRule>.Parse(value => [ConfigurationName.OfEnum(value)]),
        };
        var against = new Option<string?>("--against")
        {
            Description =
                "Another evaluation (folder or evaluation.json) of the same problems: every method is compared with the same one there."
        };
        var output = new Option<string?>("--out", "-o")
        {
            Description = "Folder of results, samples and report. Default: runs/eval/MODEL-TASK. Run again, the command continues there."
        };
        var seed = new Option<uint>("--seed") { Description = "Seed of the random numbers.", DefaultValueFactory = _ => 42 };
        Option<ComputePrecision> dtype = DtypeOption.Create();
        Option<string> device = DeviceOption.Create();
        Option<int> threads = ThreadsOption.Create();
        var overrides = new Argument<string[]>("key=value")
        {
            Description = "Settings of the task (docs/configuration.md, task), such as prompt=authors, fields.answer=solution or "
                + "system=\"Be brief.\"",
            Arity = ArgumentArity.ZeroOrMore
        };
        var command = new Command("eval", """
            Accuracy of a model on mathematical problems, by one or more inference-time methods on the same problems: mean accuracy with intervals,
            pass@k, maj@k, lengths, verdicts and cost. Run again after an interruption, it continues where it stopped.

            Example: tilt eval --model Qwen/Qwen2.5-3B-Instruct --task math500 --method temperature-1 greedy --samples 16 --dtype bfloat16 prompt=authors

            Responses made elsewhere are judged with --responses: tilt eval --responses samples_gsm8k.jsonl --task gsm8k
            """)
        {
            model, adapter, responses, task, split, problems, method, samples, tokens, form, vote, against, output, seed, dtype, device,
            threads, overrides,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            TaskConfiguration configuration = EvaluatedTask.Configuration(parsed.GetRequiredValue(task), parsed.GetValue(overrides) ?? []);
            int count = parsed.GetValue(samples) is var given and >= 1
                ? given
                : throw new InputException($"--samples is {parsed.GetValue(samples)}; at least 1 is needed.");
            if (parsed.GetValue(problems) is < 1)
                throw new InputException($"--problems is {parsed.GetValue(problems)}; at least 1 is needed.");
            EvaluationResults? other = parsed.GetValue(against) is { } path ? EvaluationFile.Read(path) : null;
            if (parsed.GetValue(responses) is { } file)
            {
                if (parsed.GetValue(model) is not null)
                    throw new InputException("Give either --model, which is sampled, or --responses, which are judged as they are.");
                await Rejudge(file, configuration,
                    new()
                    {
                        Form = parsed.GetValue(form),
                        Vote = parsed.GetValue(vote),
                        Seed = parsed.GetValue(seed),
                        Command = CommandText.Of(parsed),
                    }, other, parsed.GetValue(output), cancellationToken);
                return ExitCode.Done;
            }

            MethodOptions[] methods =
                [.. (parsed.GetValue(method) ?? [])
                    .SelectMany(names => names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                    .Select(InferenceMethods.Parse).DistinctBy(m => m.Name, StringComparer.Ordinal)];
            string folder = ModelFolder.Resolve(parsed.GetValue(model)
                ?? throw new InputException("Give the model with --model, or responses made elsewhere with --responses."));
            string? lora = AdapterFolder.Resolve(parsed.GetValue(adapter));
            ModelConfiguration shape = ModelConfigurationReader.Read(folder);
            ITokenizer tokenizer = TokenizerLoader.Load(folder);
            int limit = parsed.GetValue(tokens) ?? Math.Min(UsualLimit, shape.ContextLength / 2);
            if (limit < 1) throw new InputException($"--max-new-tokens is {limit}; at least 1 is needed.");
            ITask problemSet = TrainingTasks.Of(configuration, folder, tokenizer, limit);
            IReadOnlyList<Problem> chosen = EvaluatedTask.Problems(problemSet, parsed.GetRequiredValue(split), parsed.GetValue(problems));
            foreach (string note in problemSet.Notes) await Console.Error.WriteLineAsync($"Note: {note}");

            int used = parsed.GetValue(threads), longest = chosen.Max(problem => problemSet.Prompt(problem).Length);
            TorchRuntime.Configure(used);
            torch.Device computer = ComputeDevice.Of(parsed.GetRequiredValue(device));
            bool packs = parsed.GetValue(dtype) == ComputePrecision.BFloat16 && computer.type == DeviceType.CPU && TorchLoadOptions.CanPack;
            using LoadedModel loaded = LoadedModel.Load(folder,
                new()
                {
                    Threads = used,
                    Adapter = lora,
                    Precision = parsed.GetValue(dtype),
                    Device = computer,
                    Storage = packs ? WeightStorage.Packed : WeightStorage.Mapped,
                });
            string name = parsed.GetValue(model)!;
            var evaluated = new EvaluatedModel(
                name, lora,
                $"{ModelHash.Fingerprint(folder)} {(lora is null ? "" : ModelHash.Fingerprint(lora))} {loaded.Engine} "
                + $"{parsed.GetValue(dtype)} {computer}",
                new() { Model = loaded.Model, Sampler = loaded.Sampler, MaxBatchSize = loaded.BatchOf(longest + limit) }, tokenizer,
                problemSet.Prompt, Math.Clamp(loaded.BatchOf(longest + limit), 16, MostTogether));
            string to = parsed.GetValue(output)
                ?? Path.Combine("runs", "eval", $"{EvaluatedTask.FolderName(lora ?? name)}-{problemSet.Name}");
            EvaluationResults results;
            using (var run = new EvaluationRun(evaluated, new()
            {
                Task = problemSet.Name,
                Split = parsed.GetRequiredValue(split),
                Problems = chosen,
                Reward = EvaluatedTask.Reward(problemSet, parsed.GetValue(form)),
                Notes = problemSet.Notes,
                Methods = methods,
                Samples = count,
                MaxNewTokens = limit,
                Seed = parsed.GetValue(seed),
                Vote = parsed.GetValue(vote),
                Command = CommandText.Of(parsed),
                Out = to,
            }))
            using (var display = new EvaluationDisplay())
                results = await run.RunAsync(display, cancellationToken);
            Finish(results, other, to);
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task Rejudge(string file, TaskConfiguration configuration, JudgingOptions options,
        EvaluationResults? other, string? output, CancellationToken cancellationToken)
    {
        var judged = await ResponseEvaluation.RunAsync(file, configuration, DatasetFolder.Resolve, options, cancellationToken);
        Finish(judged, other, output ?? Path.Combine("runs", "eval", $"{EvaluatedTask.FolderName(file)}-{judged.Task}"));
    }

    private static void Finish(EvaluationResults results, EvaluationResults? other, string folder)
    {
        if (other is not null) results = EvaluationPairing.With(results, other);
        EvaluationFile.Write(results, Path.Combine(folder, EvaluationFile.Name));
        EvaluationPage.Write(results, Path.Combine(folder, "evaluation.html"));
        FinalTables.Write(EvaluationRows.Of(results));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Results: {Path.Combine(folder, EvaluationFile.Name)}, report: {Path.Combine(folder, "evaluation.html")}"));
    }

    /// <summary>How far an evaluation has come: method, problems, accuracy so far, time left.</summary>
    private sealed class EvaluationDisplay : IProgress<EvaluationProgress>, IDisposable
    {
        private readonly ProgressLine _line = new();

        public void Report(EvaluationProgress value) => _line.Show((double)value.Done / value.All, () => string.Create(
            CultureInfo.InvariantCulture,
            $"{value.Method}: {value.Problems}/{value.AllProblems} problems, accuracy {value.Accuracy:P1}; {value.Done}/{value.All} in "
            + $"all{(value.Resumed > 0 ? $" ({value.Resumed} before)" : "")}"
            + $"{TimeLeft.After(_line.Elapsed, value.Done - value.Resumed, value.All - value.Done)}"));

        public void Dispose() => _line.Dispose();
    }
}
