using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Tilt.Cli.Options;
using Tilt.Cli.Progress;
using Tilt.Files;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Hub;
using Tilt.Inference.Counting;
using Tilt.Inference.Methods;
using Tilt.Inference.Methods.Contracts;
using Tilt.RunFolders;
using Tilt.Torch;
using Tilt.Torch.Decoding;
using Tilt.Torch.Tensors;
using TorchSharp;

namespace Tilt.Cli.Commands;

/// <summary><c>tilt generate</c>: responses of a model to prompts, by any inference-time method.</summary>
internal static class GenerateCommand
{
    private const int UsualLimit = 256;

    /// <summary>All outputs of a prompt are in memory at once.</summary>
    private const int MostSamples = 100_000;

    public static Command Create()
    {
        var model = new Option<string>("--model", "-m")
        {
            Description = "Folder of the model, in Hugging Face layout, a GGUF file, or a repository that 'tilt pull' fetched.",
            Required = true
        };
        var adapter = new Option<string?>("--adapter", "-a")
        {
            Description = "Folder of a LoRA adapter in PEFT's layout, or a repository that 'tilt pull' fetched."
        };
        Option<ComputePrecision> dtype = DtypeOption.Create();
        var engine = new Option<EngineChoice>("--engine")
        {
            Description = "What computes: fused (small models), libtorch, or auto.",
            HelpName = "auto|fused|libtorch",
            DefaultValueFactory = _ => EngineChoice.Auto,
            CustomParser = Choice<EngineChoice>.Parse(value => [$"{value}".ToLowerInvariant()]),
        };
        var storage = new Option<WeightStorage>("--storage")
        {
            Description = "How libtorch's engine keeps the weights: mapped (there at once) or packed (bfloat16; packing takes seconds, "
                + "batches are up to twice as fast).",
            HelpName = "mapped|packed",
            DefaultValueFactory = _ => WeightStorage.Mapped,
            CustomParser = Choice<WeightStorage>.Parse(value => [$"{value}".ToLowerInvariant()]),
        };
        var input = new Option<string>("--input", "-i")
        {
            Description = "JSON Lines: {\"prompt\"}, {\"messages\"[, \"tools\", …]} or {\"tokens\"} on each, with an \"id\" or not.",
            Required = true
        };
        var output = new Option<string>("--out", "-o")
        {
            Description =
                "Where to write one line for each: id, prompt_tokens, outputs (tokens, text, token_logprobs, sum_logprob, stop_reason).",
            Required = true
        };
        var method = new Option<string>("--method")
        {
            Description = $"{InferenceMethods.Choices} (docs/samplers.md). Methods that judge answers are for 'tilt compare'.",
            HelpName = "name",
            DefaultValueFactory = _ => "temperature-1",
        };
        var samples = new Option<int>("--samples", "-n")
        {
            Description = "Independent outputs for each prompt; of beam search, the best so many hypotheses.",
            DefaultValueFactory = _ => 1
        };
        var tokens = new Option<int?>("--max-new-tokens")
        {
            Description = $"Most tokens of a response, the end token included. Default: {UsualLimit}, or what the context leaves behind "
                + $"the longest prompt."
        };
        var seed = new Option<uint>("--seed") { Description = "Seed of the random numbers.", DefaultValueFactory = _ => 42 };
        Option<string?> template = ChatTemplateOption.Create();
        Option<string> device = DeviceOption.Create();
        Option<int> threads = ThreadsOption.Create();
        var command = new Command("generate", """
            Responses of a model to prompts, sampled or searched for by any inference-time method, with the log-probabilities that the model
            itself gives them. Run again after an interruption, it goes on where it stopped.

            Example: tilt generate --model Qwen/Qwen2.5-3B-Instruct --dtype bfloat16 --method temperature-0.7-top-p-0.9 --samples 4 --input prompts.jsonl --out responses.jsonl
            """)
        {
            model, adapter, dtype, device, engine, storage, input, output, method, samples, tokens, seed, template, threads,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string folder = ModelFolder.Resolve(parsed.GetRequiredValue(model)), to = parsed.GetRequiredValue(output);
            string? lora = AdapterFolder.Resolve(parsed.GetValue(adapter));
            OutputFile.Require(to, parsed.GetRequiredValue(input), GenerationFile.Aside, folder, lora);
            MethodOptions named = Method(parsed.GetRequiredValue(method));
            int count = AtLeastOne(parsed.GetValue(samples), "--samples");
            if (count > MostSamples)
                throw new InputException(string.Create(CultureInfo.InvariantCulture,
                    $"--samples is {count}; at most {MostSamples} are made of a prompt. Give the prompt on several lines for more."));
            int? wanted = parsed.GetValue(tokens) is { } given ? AtLeastOne(given, "--max-new-tokens") : null;
            ModelConfiguration configuration = ModelConfigurationReader.Read(folder);
            var reader = new PromptReader(folder, parsed.GetValue(template));
            GenerationPrompt[] prompts =
                [.. JsonLines.Read(parsed.GetRequiredValue(input))
                    .Select(line => GenerationPrompt.Of(line, reader, configuration, wanted ?? 1))];
            int longest = prompts.Select(prompt => prompt.Ids.Length).DefaultIfEmpty(1).Max(),
                limit = wanted ?? Math.Min(UsualLimit, configuration.ContextLength - longest);
            int used = parsed.GetValue(threads);
            TorchRuntime.Configure(used);
            torch.Device computer = ComputeDevice.Of(parsed.GetRequiredValue(device));
            using LoadedModel loaded = LoadedModel.Load(folder, new()
            {
                Engine = parsed.GetValue(engine),
                Threads = used,
                Adapter = lora,
                Precision = parsed.GetValue(dtype),
                Storage = parsed.GetValue(storage),
                Device = computer,
            });
            ResponseAnswers? answers = named.ReadsAnswers ? Answers(named, loaded, folder) : null;
            var drawn = new DrawnTokens();
            IInferenceMethod running = named.Create(new()
            {
                Model = new CountedModel(loaded.Model, drawn),
                Sampler = new CountedSampler(loaded.Sampler, drawn),
                MaxBatchSize = loaded.BatchOf(longest + limit),
                ReadAnswers = answers is null ? null : answers.ReadAsync,
            });
            var generation = new Generation(loaded, running, drawn, prompts, answers,
                new() { MaxNewTokens = limit, Outputs = count, Ranked = count, Seed = parsed.GetValue(seed) });
            var settings = new GenerationSettings
            {
                Model = Path.GetFullPath(folder),
                Weights = ModelHash.Fingerprint(folder),
                Adapter = lora is null ? null : $"{Path.GetFullPath(lora)} {ModelHash.Fingerprint(lora)}",
                Engine = $"{loaded.Engine} {parsed.GetValue(storage)}{(computer.type == DeviceType.CPU ? "" : $" {computer}")}",
                Precision = $"{parsed.GetValue(dtype)}",
                Method = named.Name,
                Samples = count,
                MaxNewTokens = limit,
                Seed = parsed.GetValue(seed),
                Prompts = Hash(prompts),
                Version = RunManifest.Version(),
            };
            using GenerationFile file = GenerationFile.Open(to, settings, generation.Portion);
            using (var progress = new GenerationDisplay()) await generation.RunAsync(file, progress, cancellationToken);
            file.Complete();
            Console.WriteLine($"{prompts.Length} lines written to {to}.");
            if (generation.WithoutAnswer > 0)
                Console.WriteLine($"{generation.WithoutAnswer} outputs are no majority's: none of the {named.Draws} responses behind each "
                    + $"has a readable answer to vote for, and the first of them stands there.");
            return ExitCode.Done;
        });
        return command;
    }

    private static MethodOptions Method(string name)
    {
        MethodOptions method = InferenceMethods.Parse(name);
        if (method.UsesReward)
        {
            throw new InputException(
                $"The method '{name}' cannot run here: it needs problems whose answers can be judged, which prompts are not. "
                + $"'tilt compare --methods {name}' runs it on the embedded task.");
        }
        return method;
    }

    private static ResponseAnswers Answers(MethodOptions method, LoadedModel loaded, string folder) =>
        loaded.HasTokenizer
            ? new(loaded.Tokenizer)
            : throw new InputException($"The method '{method.Name}' counts answers, which are read from text, and '{folder}' has no "
                + $"tokenizer to make text with. Put the model's tokenizer.json there, or choose another method.");

    private static int AtLeastOne(int value, string option) =>
        value >= 1 ? value : throw new InputException($"{option} is {value}; at least 1 is needed.");

    private static string Hash(GenerationPrompt[] prompts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (GenerationPrompt prompt in prompts)
        {
            hash.AppendData(MemoryMarshal.AsBytes<int>([prompt.Ids.Length, .. prompt.Ids]));
            hash.AppendData(Encoding.UTF8.GetBytes($"{prompt.Id}\n"));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
