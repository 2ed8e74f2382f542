using System.Text.Json;
using Tilt.HuggingFace.ChatTemplates;
using Tilt.Rollouts;
using Tilt.Torch;
using static Tilt.Acceptance.Models.ModelDifferences;

namespace Tilt.Acceptance.GgufImport;

/// <summary>What a model says of the reference's responses, in float32: log-probabilities, entropies, and its own greedy ones.</summary>
internal static class LikelihoodComparison
{
    /// <summary>Below this gap of the two best logits, rounding may decide.</summary>
    private const double SmallestGap = 1e-3;

    public static async Task<GgufFinding[]> CompareAsync(string model, string name, string reference)
    {
        // The sums run over the prompt, some hundreds of tokens of ten nats each.
        GgufTally logs = new($"log-probabilities, {name}", 1e-4), entropies = new($"entropies, {name}", 1e-4),
            sums = new($"prompt log-probabilities, {name}", 1e-3);
        GgufTally prompts = new($"prompt ids, {name}"), greedy = new($"greedy responses, {name}");
        using LoadedModel loaded = LoadedModel.Load(model, new() { Threads = Environment.ProcessorCount });
        ChatTemplate template = ChatTemplateLoader.Load(model, loaded.Tokenizer);
        foreach (string text in File.ReadLines(Path.Combine(reference, "reference", "logprobs.jsonl")))
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            string what = root.GetProperty("text").GetString()!;
            int[] prompt = root.GetProperty("prompt_ids").Deserialize<int[]>()!,
                response = root.GetProperty("greedy_ids").Deserialize<int[]>()!;
            prompts.Note(template.Encode(TextComparison.Messages(root), new() { AddGenerationPrompt = true }, loaded.Tokenizer)
                .SequenceEqual(prompt), what);
            TokenScores score = loaded.Model.Score([new(prompt, response)])[0],
                ofPrompt = loaded.Model.Score([new(prompt[..1], prompt[1..])])[0];
            logs.Note(Largest(root.GetProperty("token_logprobs").Deserialize<float[]>()!, score.LogProbabilities), what);
            entropies.Note(Largest(root.GetProperty("entropies").Deserialize<float[]>()!, score.Entropies), what);
            sums.Note(Math.Abs(root.GetProperty("prompt_logprob_sum").GetDouble() - ofPrompt.LogProbability), what);
            if (root.GetProperty("smallest_gap").GetDouble() < SmallestGap) continue;
            Completion[] found = await loaded.Sampler.SampleAsync([new(prompt, default)], new() { MaxNewTokens = 48, Temperature = 0 });
            greedy.Note(found[0].ResponseIds.SequenceEqual(response), what);
        }
        return [logs.Finding, entropies.Finding, sums.Finding, prompts.Finding, greedy.Finding];
    }
}
