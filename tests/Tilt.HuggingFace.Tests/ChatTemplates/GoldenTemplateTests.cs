using System.Text.Json;
using Tilt.HuggingFace.ChatTemplates;
using Tilt.HuggingFace.Tests.Tokenizers;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Rollouts;

namespace Tilt.HuggingFace.Tests.ChatTemplates;

/// <summary>Conversations as Transformers' own environment renders them.</summary>
public sealed class GoldenTemplateTests
{
    [Theory]
    [InlineData("cases.jsonl", 108)]
    [InlineData("more_cases.jsonl", 190)]
    public void Conversations_are_written_and_encoded_as_the_models_template_has_it(string file, int count)
    {
        var tokenizers = ((string[])["llama3-tiny", "qwen2-tiny"])
            .ToDictionary(name => name, name => TokenizerLoader.Load(GoldenTokenizerTests.FolderOf(name)));
        Assert.Equal(count, Check(file, (template, messages, options, line) =>
        {
            Assert.Equal(line.GetProperty("rendered").GetString(), template.Render(messages, options));
            ITokenizer tokenizer = tokenizers[template.Name.StartsWith("llama", StringComparison.Ordinal) ? "llama3-tiny" : "qwen2-tiny"];
            if (line.TryGetProperty("ids", out JsonElement ids))
                Assert.Equal(ids.Deserialize<int[]>(), template.Encode(messages, options, tokenizer));
        }));
    }

    [Fact]
    public void Tools_thoughts_and_unfinished_messages_are_written_and_the_assistants_words_marked_as_Transformers_does()
    {
        int failing = 0;
        Assert.Equal(480, Check("tools-and-thinking.jsonl", (template, messages, options, line) =>
        {
            if (line.TryGetProperty("error", out _))
            {
                Assert.Throws<InputException>(() => template.Render(messages, options));
                failing++;
                return;
            }
            RenderedChat chat = template.RenderMarked(messages, options);
            Assert.Equal(line.GetProperty("rendered").GetString(), chat.Text);
            // Where the model goes on with a message, the spans there still reach to the end of the turn, which the text no longer has.
            int length = chat.Text.EnumerateRunes().Count();
            if (line.TryGetProperty("assistant_spans", out JsonElement spans))
                Assert.Equal(spans.EnumerateArray().Select(span => (span[0].GetInt32(), Math.Min(span[1].GetInt32(), length))),
                    chat.AssistantSpans);
        }));
        Assert.Equal(14, failing);
    }

    private static int Check(string file, Action<ChatTemplate, ChatMessage[], ChatOptions, JsonElement> check)
    {
        int seen = 0;
        var templates = new Dictionary<(string, string?, string?), ChatTemplate>();
        foreach (string text in File.ReadLines(PathOf(file)))
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement line = document.RootElement;
            string name = line.GetProperty("template").GetString()!;
            (string, string?, string?) key = (name, Text(line, "bos_token"), Text(line, "eos_token"));
            if (!templates.TryGetValue(key, out ChatTemplate? template))
            {
                var tokens = new Dictionary<string, string>();
                if (key.Item2 is { } bos) tokens.Add("bos_token", bos);
                if (key.Item3 is { } eos) tokens.Add("eos_token", eos);
                templates.Add(key, template =
                    ChatTemplate.Parse(File.ReadAllText(PathOf(Path.Combine("templates", name + ".jinja"))), name, tokens: tokens));
            }
            ChatMessage[] messages = [.. line.GetProperty("messages").EnumerateArray().Select(ChatMessage.Read)];
            var options = new ChatOptions
            {
                AddGenerationPrompt = line.GetProperty("add_generation_prompt").GetBoolean(),
                ContinueFinalMessage = line.TryGetProperty("continue_final_message", out JsonElement goesOn) && goesOn.GetBoolean(),
                EnableThinking = line.TryGetProperty("enable_thinking", out JsonElement thinking) ? thinking.GetBoolean() : null,
                Tools = line.TryGetProperty("tools", out JsonElement tools) ? [.. tools.EnumerateArray()] : null,
                DateString = Text(line, "date_string"),
            };
            check(template, messages, options, line);
            seen++;
        }
        return seen;
    }

    private static string? Text(JsonElement line, string key) => line.TryGetProperty(key, out JsonElement value) ? value.GetString() : null;

    private static string PathOf(string file) => GoldenModel.FolderOf(Path.Combine("chat", file));
}
