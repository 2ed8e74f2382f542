using System.CommandLine;
using System.Globalization;
using Tilt.Inference;
using Tilt.Models;
using Tilt.Reporting;
using Tilt.Rollouts;

namespace Tilt.Cli;

/// <summary><c>tilt score</c>: log-probabilities and entropies of given sequences.</summary>
internal static class ScoreCommand
{
    public static Command Create()
    {
        var model = new Option<string>("--model", "-m") { Description = "Folder of the model, in Hugging Face layout, or a repository that 'tilt pull' fetched.", Required = true };
        var precision = new Option<string>("--dtype") { Description = "Precision of the matrix products: float32 or bfloat16. Log-probabilities are float32 in both.", DefaultValueFactory = _ => "float32" };
        precision.AcceptOnlyFromAmong("float32", "bfloat16");
        var input = new Option<string>("--input", "-i") { Description = "JSON Lines: {\"tokens\"}, {\"prompt\", \"response\"} or {\"messages\", \"response\"[, \"date_string\"]} on each.", Required = true };
        var output = new Option<string>("--out", "-o") { Description = "Where to write one line for each: tokens, token_logprobs, entropies (nats), sum_logprob.", Required = true };
        Option<string?> format = ChatFormatOption.Create();
        var threads = new Option<int>("--threads") { Description = "Threads.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var command = new Command("score", """
            Log-probabilities and entropies that a model gives to sequences, in nats: of every token but the first, or of the tokens of a response.

            Example: tilt score --model Qwen2.5-3B-Instruct --dtype bfloat16 --input responses.jsonl --out scores.jsonl
            """)
        {
            model, precision, input, output, format, threads,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            string folder = ModelFolder.Resolve(parsed.GetRequiredValue(model)), to = parsed.GetRequiredValue(output);
            ModelConfiguration configuration = ModelConfigurationReader.Read(folder);
            var reader = new ScoreRequestReader(folder, configuration, parsed.GetValue(format));
            ScoreRequest[] requests = [.. JsonLine.Read(parsed.GetRequiredValue(input)).Select(reader.Read)];

            TorchRuntime.Configure(Math.Max(1, parsed.GetValue(threads)));
            using Transformer transformer = Transformer.Load(folder);
            var scorer = new SequenceScorer(transformer, parsed.GetValue(precision) == "bfloat16" ? ComputePrecision.BFloat16 : ComputePrecision.Float32);
            using var progress = new ScoringDisplay();
            TokenScores[] scores = scorer.Score([.. requests.Select(request => request.Sequence)], progress, cancellationToken);
            AtomicFile.Write(to, stream =>
            {
                var writer = new JsonLineWriter(stream);
                for (int i = 0; i < requests.Length; i++) Write(requests[i], scores[i], writer);
            });
            Console.WriteLine($"{requests.Length} lines written to {to}.");
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static void Write(ScoreRequest request, TokenScores scores, JsonLineWriter writer) => writer.Write(json =>
    {
        if (request.WholeSequence) JsonLineWriter.WriteIds(json, "tokens", [.. request.Sequence.PromptIds, .. request.Sequence.ResponseIds]);
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
        private readonly TerminalProgress _line = new();

        public void Report(ScoringProgress value) => _line.Show(() => string.Create(CultureInfo.InvariantCulture, $"{value.Sequences:N0} sequences, {value.Tokens:N0} of {value.AllTokens:N0} tokens scored"));

        public void Dispose() => _line.Dispose();
    }
}
