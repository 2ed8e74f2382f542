using System.Text.Json;
using Tilt.HuggingFace.ChatTemplates;
using Tilt.HuggingFace.Tests.Tokenizers;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Rollouts;

namespace Tilt.HuggingFace.Tests.ChatTemplates;

public sealed class ChatTemplateTests
{
    [Theory]
    [InlineData("llama3.2-instruct", "llama3-tiny", "<|eot_id|>")]
    [InlineData("llama3.3-instruct", "llama3-tiny", "<|eot_id|>")]
    [InlineData("qwen2.5-instruct", "qwen2-tiny", "<|im_end|>")]
    [InlineData("qwen3", "qwen2-tiny", "<|im_end|>")]
    [InlineData("qwen3-4b-instruct-2507", "qwen2-tiny", "<|im_end|>")]
    public void The_token_that_ends_a_turn_is_found(string template, string name, string expected)
    {
        ITokenizer tokenizer = TokenizerLoader.Load(GoldenTokenizerTests.FolderOf(name));
        Assert.Equal(tokenizer.Encode(expected).Single(), Golden(template).TurnEnd(tokenizer));
    }

    [Theory]
    [InlineData("{{ messages[-1].content }} end of turn")]
    [InlineData("{{ messages[-1].content }}")]
    [InlineData("nothing")]
    [InlineData("{{ raise_exception('no') }}")]
    public void Or_there_is_none(string template) =>
        Assert.Null(ChatTemplate.Parse(template).TurnEnd(TokenizerLoader.Load(GoldenTokenizerTests.FolderOf("qwen2-tiny"))));

    [Theory]
    [InlineData("llama3.2-instruct")]
    [InlineData("qwen2.5-instruct")]
    [InlineData("qwen3")]
    [InlineData("qwen3-4b-instruct-2507")]
    [InlineData("chatml")]
    [InlineData("none")]
    public void A_conversation_without_messages_is_refused(string name)
    {
        ChatTemplate template = name == "chatml" ? BuiltInTemplates.ChatMl : name == "none" ? BuiltInTemplates.None : Golden(name);
        Assert.Throws<InputException>(() => template.Render([], new()));
    }

    [Theory]
    [InlineData("The answer is", "The answer is")]
    [InlineData("m", "m")]
    [InlineData("ends with a space ", "ends with a space ")]
    [InlineData("", "")]
    public void The_model_can_go_on_with_the_last_message(string content, string expected)
    {
        ChatMessage[] messages = [new(ChatRole.User, "q"), new(ChatRole.Assistant, content)];
        Assert.Equal("<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\n" + expected,
            BuiltInTemplates.ChatMl.Render(messages, new() { ContinueFinalMessage = true }));
    }

    [Fact]
    public void What_a_template_trims_is_trimmed_where_the_model_goes_on()
    {
        ChatMessage[] messages = [new(ChatRole.Assistant, " words \n")];
        Assert.Equal("A: words",
            ChatTemplate.Parse("A: {{ messages[0].content | trim }}<end>").Render(messages, new() { ContinueFinalMessage = true }));
        Assert.Equal("A:  words \n",
            ChatTemplate.Parse("A: {{ messages[0].content }}<end>").Render(messages, new() { ContinueFinalMessage = true }));
        ChatMessage parts = ChatMessage.Read(JsonDocument.Parse(
            """{"role": "assistant", "content": [{"type": "image"}, {"type": "text", "text": "Two"}, {"type": "image"}]}""").RootElement);
        Assert.Equal("[Two", ChatTemplate.Parse("{% for p in messages[0].content %}{% if p.text %}[{{ p.text }}]{% endif %}{% endfor %}")
            .Render([parts], new() { ContinueFinalMessage = true }));
    }

    [Fact]
    public void Going_on_needs_a_last_message_that_is_written_and_no_turn_that_begins()
    {
        ChatMessage[] messages = [new(ChatRole.Assistant, "words")];
        var options = new ChatOptions { ContinueFinalMessage = true };
        Assert.Contains("does not write the last message",
            Assert.Throws<InputException>(() => ChatTemplate.Parse("nothing").Render(messages, options)).Message, StringComparison.Ordinal);
        Assert.Contains("both",
            Assert.Throws<InputException>(() =>
                BuiltInTemplates.ChatMl.Render(messages, options with { AddGenerationPrompt = true })).Message, StringComparison.Ordinal);
        Assert.Throws<InputException>(() => BuiltInTemplates.ChatMl.Render([], options));
        Assert.Throws<InputException>(() => BuiltInTemplates.ChatMl.Render(
            [ChatMessage.Read(JsonDocument.Parse("""{"role": "assistant", "content": null}""").RootElement)], options));
    }

    [Fact]
    public void What_the_assistant_says_is_marked_in_characters_and_in_units_and_cut_where_the_model_goes_on()
    {
        ChatTemplate template = ChatTemplate.Parse("{% for m in messages %}{{ m.role[0] }}:{% if m.role == 'assistant' %}{% generation "
            + "%}{{ m.content }}.{% endgeneration %}{% else %}{{ m.content }}{% endif %}|{% endfor %}");
        ChatMessage[] messages =
            [new(ChatRole.User, "🙂"), new(ChatRole.Assistant, "🙂b"), new(ChatRole.User, "c"), new(ChatRole.Assistant, "d")];
        RenderedChat chat = template.RenderMarked(messages, new());
        Assert.Equal("u:🙂|a:🙂b.|u:c|a:d.|", chat.Text);
        Assert.Equal(["🙂b.", "d."], chat.AssistantRanges.Select(range => chat.Text[range]));
        Assert.Equal([(6, 9), (16, 18)], chat.AssistantSpans.Select(span => (span.Start, span.End)));
        RenderedChat cut = template.RenderMarked(messages, new() { ContinueFinalMessage = true });
        Assert.Equal(["🙂b.", "d"], cut.AssistantRanges.Select(range => cut.Text[range]));
    }

    [Fact]
    public void Templates_are_told_tools_documents_days_and_variables()
    {
        const string Source = "{{ tools }}|{{ documents }}|{{ enable_thinking }}|{{ date_string }}|{{ strftime_now('%F') }}|{{ effort "
            + "}}|{{ add_generation_prompt }}|{{ bos_token }}";
        ChatTemplate template = ChatTemplate.Parse(Source, tokens: new Dictionary<string, string> { ["bos_token"] = "<s>" });
        ChatMessage[] messages = [new(ChatRole.User, "q")];
        Assert.Equal("None|None|||2024-07-26||False|<s>", template.Render(messages, new()));
        JsonElement json = JsonDocument.Parse("""{"tools": [{"name": "f"}], "documents": [1.0], "effort": "high"}""").RootElement;
        Assert.Equal("[{'name': 'f'}]|[1.0]|False|3 May|2025-05-03|high|True|<s>", template.Render(messages, new()
        {
            Tools = [.. json.GetProperty("tools").EnumerateArray()],
            Variables = new Dictionary<string, JsonElement>
            {
                ["documents"] = json.GetProperty("documents"),
                ["effort"] = json.GetProperty("effort")
            },
            EnableThinking = false,
            DateString = "3 May",
            Now = new DateTime(2025, 5, 3),
            AddGenerationPrompt = true,
        }));
    }

    [Fact]
    public void A_template_is_used_by_many_threads()
    {
        ChatTemplate template = Golden("qwen3");
        ChatMessage[] messages = [new(ChatRole.User, "q"), new(ChatRole.Assistant, "<think>t</think>a"), new(ChatRole.User, "r")];
        string expected = template.Render(messages, new() { AddGenerationPrompt = true });
        Parallel.For(0, 2000, _ => Assert.Equal(expected, template.Render(messages, new() { AddGenerationPrompt = true })));
    }

    private static ChatTemplate Golden(string name) =>
        ChatTemplate.Parse(File.ReadAllText(GoldenModel.FolderOf(Path.Combine("chat", "templates", name + ".jinja"))), name,
            tokens: new Dictionary<string, string> { ["bos_token"] = "<|begin_of_text|>" });
}
