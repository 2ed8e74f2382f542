using System.Text.Json;
using Tilt.Cli.Options;
using Tilt.Cli.Progress;
using Tilt.Files;
using Tilt.HuggingFace.Architecture;
using Tilt.Inference.Methods.Contracts;
using Tilt.Rollouts;
using Tilt.Torch;

namespace Tilt.Cli.Commands;

/// <summary>Runs an inference-time method on prompts, portion by portion, and writes its outputs.</summary>
internal sealed class Generation
{
    // Enough for products to be bound by arithmetic, few enough for an interruption to lose little.
    private const int FusedOutputs = 256, LibtorchOutputs = 32;

    private readonly LoadedModel _loaded;
    private readonly IInferenceMethod _method;
    private readonly GenerationPrompt[] _prompts;
    private readonly InferenceSettings _settings;
    private readonly DrawnTokens _drawn;
    private readonly ResponseAnswers? _answers;

    /// <param name="loaded">The model.</param>
    /// <param name="method">The method, made for it.</param>
    /// <param name="drawn">Counts what the method draws.</param>
    /// <param name="prompts">What to respond to.</param>
    /// <param name="answers">Reads the answers that the method counts; null when it counts none.</param>
    /// <param name="settings">Limits, seed and the number of outputs.</param>
    public Generation(LoadedModel loaded, IInferenceMethod method, DrawnTokens drawn, GenerationPrompt[] prompts,
        ResponseAnswers? answers, InferenceSettings settings) =>
        (_loaded, _method, _drawn, _prompts, _answers, _settings) = (loaded, method, drawn, prompts, answers, settings);

    /// <summary>Outputs so far that have no readable answer, of methods that count answers.</summary>
    public int WithoutAnswer { get; private set; }

    /// <summary>
    /// Prompts computed together and written at once; a part of what the result depends on, as batches round differently.
    /// </summary>
    public int Portion => Math.Max(1, (_loaded.Engine == EngineChoice.Fused ? FusedOutputs : LibtorchOutputs) / _settings.Outputs);

    /// <summary>Generates what the file does not hold yet.</summary>
    public async Task RunAsync(GenerationFile file, IProgress<GenerationProgress> progress, CancellationToken cancellationToken)
    {
        long? most = _method.Draws is { } draws
            ? (long)_settings.MaxNewTokens * draws * (_method.IsDeterministic ? 1 : _settings.Outputs)
            : null;
        for (int begin = file.Lines; begin < _prompts.Length; begin += Portion)
        {
            long written = _drawn.Count;
            int prompts = begin;
            _drawn.Changed = count => progress.Report(new(prompts, _prompts.Length, file.Lines, count, written, most));
            GenerationPrompt[] portion = _prompts[begin..Math.Min(_prompts.Length, begin + Portion)];
            IReadOnlyList<GeneratedOutput[]> outputs = await GenerateAsync(portion, begin, cancellationToken);
            file.Append(writer =>
            {
                for (int i = 0; i < portion.Length; i++) Write(portion[i], outputs[i], writer);
            });
        }
    }

    private async Task<IReadOnlyList<GeneratedOutput[]>> GenerateAsync(GenerationPrompt[] portion, int first,
        CancellationToken cancellationToken)
    {
        try
        {
            InferenceRequest[] requests = [.. portion.Select((prompt, i) => new InferenceRequest(prompt.Ids, (uint)(first + i)))];
            MethodOutput output = await _method.RunAsync(requests, _settings, cancellationToken);
            return [.. output.Outputs.Select((completions, p) =>
                completions.Select((completion, o) => new GeneratedOutput(completion, output.Scores?[p][o])).ToArray())];
        }
        catch (InvalidOperationException e)
        {
            throw new InputException($"The model cannot be sampled. {e.Message}", e);
        }
    }

    private void Write(GenerationPrompt prompt, GeneratedOutput[] outputs, JsonLineWriter writer) => writer.Write(json =>
    {
        if (prompt.Id is { } id)
        {
            json.WritePropertyName("id");
            json.WriteRawValue(id);
        }
        JsonLineWriter.WriteIds(json, "prompt_tokens", prompt.Ids);
        json.WriteStartArray("outputs");
        foreach (GeneratedOutput output in outputs) Write(output, json);
        json.WriteEndArray();
    });

    private void Write(GeneratedOutput output, Utf8JsonWriter json)
    {
        Completion completion = output.Completion;
        json.WriteStartObject();
        JsonLineWriter.WriteIds(json, "tokens", completion.ResponseIds);
        if (_loaded.HasTokenizer) json.WriteString("text", _loaded.Tokenizer.Decode(completion.ResponseIds, skipSpecialTokens: true));
        JsonLineWriter.WriteNumbers(json, "token_logprobs", completion.LogProbabilities);
        if (!_method.IsDeterministic) JsonLineWriter.WriteNumbers(json, "sampling_logprobs", completion.SamplingLogProbabilities);
        json.WriteNumber("sum_logprob", completion.LogProbability);
        if (output.Score is { } score) json.WriteNumber("score", score);
        if (_answers is not null)
        {
            string? answer = _answers.Of(completion);
            if (answer is null) WithoutAnswer++;
            json.WriteString("answer", answer);
        }
        json.WriteString("stop_reason", completion.StopReason == StopReason.EndOfSequence ? "end_of_sequence" : "length");
        json.WriteEndObject();
    }

    private readonly record struct GeneratedOutput(Completion Completion, double? Score);
}

/// <summary>A line to respond to.</summary>
/// <param name="Ids">Token ids of the prompt.</param>
/// <param name="Id">The line's own id as JSON, or null.</param>
internal sealed record GenerationPrompt(int[] Ids, string? Id)
{
    /// <exception cref="InputException">The line has no prompt, or one that the model cannot take.</exception>
    public static GenerationPrompt Of(JsonLine line, PromptReader reader, ModelConfiguration configuration, int limit)
    {
        int[] ids = reader.Read(line);
        if (configuration.Limits.Problem(ids, limit, "--max-new-tokens") is { } problem) throw line.Error($"the prompt {problem}.");
        return new(ids, line.Has("id") ? line.Root.GetProperty("id").GetRawText() : null);
    }
}

/// <summary>Counts the tokens that engines draw.</summary>
internal sealed class DrawnTokens : IProgress<int>
{
    private long _count;

    /// <summary>Tokens drawn so far.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Told the count whenever it grows, from any thread.</summary>
    public Action<long>? Changed { get; set; }

    public void Report(int value)
    {
        long count = Interlocked.Add(ref _count, value);
        Changed?.Invoke(count);
    }
}
