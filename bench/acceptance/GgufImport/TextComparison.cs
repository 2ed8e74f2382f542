using System.Text.Json;
using Tilt.Files;
using Tilt.HuggingFace.ChatTemplates;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Rollouts;

namespace Tilt.Acceptance.GgufImport;

/// <summary>Tokenizer and chat template of a model beside the reference's strings and conversations.</summary>
internal static class TextComparison
{
    public static GgufFinding[] Compare(string model, string name, string reference)
    {
        GgufTally strings = new($"tokenizer strings, {name}"), chats = new($"chat renderings, {name}");
        ITokenizer tokenizer = TokenizerLoader.Load(model);
        foreach (JsonLine line in JsonLines.Read(Path.Combine(reference, "reference", "tokenizer.jsonl")))
        {
            int[] ids = tokenizer.Encode(line.Text("text"));
            strings.Note(
                ids.SequenceEqual(line.Ids("ids")) && tokenizer.Decode(ids) == line.Text("decoded")
                    && tokenizer.Decode(ids, skipSpecialTokens: true) == line.Text("decoded_skip_special"),
                line.Text("text"));
        }
        ChatTemplate template = ChatTemplateLoader.Load(model, tokenizer);
        foreach (string text in File.ReadLines(Path.Combine(reference, "reference", "chat.jsonl")))
        {
            using JsonDocument chat = JsonDocument.Parse(text);
            var options = new ChatOptions { AddGenerationPrompt = chat.RootElement.GetProperty("add_generation_prompt").GetBoolean() };
            string rendered = template.Render(Messages(chat.RootElement), options);
            chats.Note(
                rendered == chat.RootElement.GetProperty("text").GetString()
                    && template.Encode(rendered, tokenizer).SequenceEqual(chat.RootElement.GetProperty("ids").Deserialize<int[]>()!),
                rendered);
        }
        return [strings.Finding, chats.Finding];
    }

    /// <summary>The messages of a case.</summary>
    public static ChatMessage[] Messages(JsonElement root) =>
        [.. root.GetProperty("messages").EnumerateArray()
            .Select(message => new ChatMessage(message.GetProperty("role").GetString()!, message.GetProperty("content").GetString()!))];
}
