using System.CommandLine;
using System.Globalization;
using Tilt.Cli.Options;
using Tilt.Cli.Progress;
using Tilt.Files;
using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Hub;
using Tilt.Rollouts;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;

namespace Tilt.Cli.Commands;

/// <summary><c>tilt score</c>: log-probabilities and entropies of given sequences.</summary>
internal static class ScoreCommand
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
            Description = "Folder of a LoRA adapter in PEFT's layout, or a repository that 'tilt pull' fetched; used beside the weights."
        };
        Option<ComputePrecision> dtype = DtypeOption.Create();
        var input = new Option<string>("--input", "-i")
        {
            Description = "JSON Lines: {\"tokens\"}, {\"prompt\", \"response\"} or {\"messages\", \"response\"[, \"tools\", …]} on each.",
            Required = true
        };
        var output = new Option<string>("--out", "-o")
        {
            Description = "Where to write one line for each: tokens, token_logprobs, entropies (nats), sum_logprob.",
            Required = true
        };
        Option<string?> template = ChatTemplateOption.Create();
        Option<string> device = DeviceOption.Create();
        Option<int> threads = ThreadsOption.Create();
        var command = new Command("score", """
            Log-probabilities and entropies that a model gives to sequences, in nats: of every token but the first, or of the tokens of a response.

            Example: tilt score --model Qwen/Qwen2.5-3B-Instruct --adapter run/adapter --dtype bfloat16 --input responses.jsonl --out scores.jsonl
            """)
        {
            model, adapter, dtype, device, input, output, template, threads,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            string folder = ModelFolder.Resolve(parsed.GetRequiredValue(model)), to = parsed.GetRequiredValue(output);
            string? adapterFolder = AdapterFolder.Resolve(parsed.GetValue(adapter));
            using AtomicFile result = OutputFile.Open(to, parsed.GetRequiredValue(input), "--input", folder, adapterFolder);
            ModelConfiguration configuration = ModelConfigurationReader.Read(folder);
            var reader = new ScoreRequestReader(folder, configuration, parsed.GetValue(template));
            ScoreRequest[] requests = [.. JsonLines.Read(parsed.GetRequiredValue(input)).Select(reader.Read)];
            LoraAdapter? lora = adapterFolder is not null ? LoraAdapter.Load(adapterFolder, configuration) : null;

            return Task.FromResult(Interruptible.Run(to, () =>
            {
                TorchRuntime.Configure(parsed.GetValue(threads));
                using Transformer transformer = Transformer.LoadFrozen(folder, ComputeDevice.Of(parsed.GetRequiredValue(device)));
                // Dropout is a matter of training.
                if (lora is not null) transformer.Attach(new LoraAdapter(lora.Configuration with { Dropout = 0 }, lora.Layers));
                var scorer = new SequenceScorer(transformer, parsed.GetValue(dtype));
                using var progress = new ScoringDisplay();
                TokenScores[] scores = scorer.Score([.. requests.Select(request => request.Sequence)], progress, cancellationToken);
                result.Write(stream =>
                {
                    var writer = new JsonLineWriter(stream);
                    for (int i = 0; i < requests.Length; i++) Write(requests[i], scores[i], writer);
                });
                Console.WriteLine($"{requests.Length} lines written to {to}.");
            }));
        });
        return command;
    }

    private static void Write(ScoreRequest request, TokenScores scores, JsonLineWriter writer) => writer.Write(json =>
    {
        if (request.WholeSequence)
            JsonLineWriter.WriteIds(json, "tokens", [.. request.Sequence.PromptIds, .. request.Sequence.ResponseIds]);
        else
        {
            JsonLineWriter.WriteIds(json, "prompt_tokens", request.Sequence.PromptIds);
            JsonLineWriter.WriteIds(json, "tokens", request.Sequence.ResponseIds);
        }
        JsonLineWriter.WriteNumbers(json, "token_logprobs", scores.LogProbabilities);
        JsonLineWriter.WriteNumbers(json, "entropies", scores.Entropies);
        json.WriteNumber("sum_logprob", scores.LogProbability);
    });

    private sealed class ScoringDisplay : IProgress<ScoringProgress>, IDisposable
    {
        private readonly ProgressLine _line = new();

        public void Report(ScoringProgress value) =>
            _line.Show((double)value.Tokens / value.AllTokens, () => string.Create(CultureInfo.InvariantCulture,
                $"{value.Sequences:N0} sequences, {value.Tokens:N0} of {value.AllTokens:N0} tokens "
            + $"scored, {value.Tokens / Math.Max(1e-3, _line.Elapsed.TotalSeconds):N0} "
            + $"tokens/s{TimeLeft.After(_line.Elapsed, value.Tokens, value.AllTokens - value.Tokens)}"));

        public void Dispose() => _line.Dispose();
    }
}
