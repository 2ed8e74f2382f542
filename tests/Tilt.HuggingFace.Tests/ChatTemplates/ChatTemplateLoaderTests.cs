using System.Text.Json;
using Tilt.HuggingFace.ChatTemplates;
using Tilt.HuggingFace.Tests.Tokenizers;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Rollouts;

namespace Tilt.HuggingFace.Tests.ChatTemplates;

public sealed class ChatTemplateLoaderTests
{
    private static readonly ChatMessage[] Hi = [new(ChatRole.User, "Hi")];

    [Fact]
    public void A_file_of_its_own_counts_before_the_configuration_whatever_its_line_ends()
    {
        foreach (string end in (string[])["\n", "\r\n", "\r"])
        {
            using var folder = new TokenizerFolder("qwen2-tiny");
            folder.Write("chat_template.jinja", "own{% if true %}" + end + "x{% endif %}" + end);
            Assert.Equal("ownx", Render(folder));
        }
    }

    [Fact]
    public void The_configuration_has_one_template_or_several_with_names()
    {
        using var folder = new TokenizerFolder("qwen2-tiny");
        Assert.Equal("<|im_start|>user\nHi<|im_end|>\n", Render(folder));
        folder.Change("tokenizer_config.json", root => root["chat_template"] = JsonSerializer.SerializeToNode(new[]
        {
            new { name = "tool_use", template = "with tools" },
            new { name = "default", template = "without" },
            new { name = "rag", template = "documents {{ bos_token is defined }} {{ eos_token }}" },
        }));
        Assert.Equal("without", Render(folder));
        Assert.Equal("with tools", Load(folder).Render(Hi, new() { Tools = [] }));
        Assert.Equal("with tools", Render(folder, "tool_use"));
        Assert.Equal("documents False <|im_end|>", Render(folder, "rag"));
        Assert.Contains("tool_use, default, rag", Assert.Throws<InputException>(() => Load(folder, "nonsense")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Further_templates_lie_in_a_folder()
    {
        using var folder = new TokenizerFolder("qwen2-tiny");
        folder.Write("chat_template.jinja", "without");
        Directory.CreateDirectory(Path.Combine(folder.Path, "additional_chat_templates"));
        folder.Write(Path.Combine("additional_chat_templates", "tool_use.jinja"), "with tools");
        Assert.Equal("without", Render(folder));
        Assert.Equal("with tools", Load(folder).Render(Hi, new() { Tools = [] }));
    }

    [Fact]
    public void A_template_in_a_JSON_file_of_its_own_counts_where_there_is_no_other()
    {
        using var folder = new TokenizerFolder("qwen2-tiny");
        folder.Write("chat_template.json", JsonSerializer.Serialize(new { chat_template = "json" }));
        Assert.NotEqual("json", Render(folder));
        folder.Change("tokenizer_config.json", root => root.Remove("chat_template"));
        Assert.Equal("json", Render(folder));
    }

    [Fact]
    public void A_missing_template_is_an_error_that_says_what_can_be_chosen()
    {
        using var folder = new TokenizerFolder("qwen2-tiny");
        folder.Change("tokenizer_config.json", root => root.Remove("chat_template"));
        string missing = Assert.Throws<InputException>(() => Load(folder)).Message,
            unknown = Assert.Throws<InputException>(() => ChatTemplateLoader.Check(folder.Path, "nonsense")).Message;
        foreach (string message in (string[])[missing, unknown])
            Assert.Contains("among the settings of a task: chatml, none", message, StringComparison.Ordinal);
        Assert.Contains("'nonsense'", unknown, StringComparison.Ordinal);
        ChatTemplateLoader.Check(folder.Path, null);
    }

    [Fact]
    public void A_template_that_uses_too_much_is_an_error_that_names_file_and_line()
    {
        using var folder = new TokenizerFolder("qwen2-tiny");
        folder.Write("chat_template.jinja", "a\n{% include 'b' %}");
        string message = Assert.Throws<InputException>(() => Load(folder)).Message;
        Assert.Equal($"The chat template in '{Path.Combine(folder.Path, "chat_template.jinja")}' cannot be used, line 2: the tag 'include' "
            + $"is not supported.", message);
    }

    [Fact]
    public void A_template_can_be_a_file_anywhere()
    {
        using var folder = new TokenizerFolder("llama3-tiny");
        folder.Write("other.jinja", "{{ bos_token }}{{ messages[0].content }}");
        Assert.Equal("<|begin_of_text|>Hi", Render(folder, Path.Combine(folder.Path, "other.jinja")));
    }

    [Fact]
    public void ChatML_is_refused_where_the_model_lacks_its_tokens()
    {
        using TokenizerFolder llama = new("llama3-tiny"), qwen = new("qwen2-tiny");
        Assert.Contains("<|im_start|>", Assert.Throws<InputException>(() => Load(llama, "chatml")).Message, StringComparison.Ordinal);
        Assert.Equal("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
            Load(qwen, "chatml").Render(Hi, new() { AddGenerationPrompt = true }));
    }

    [Fact]
    public void Without_a_template_texts_stand_alone_and_the_tokenizer_begins_the_document()
    {
        using var folder = new TokenizerFolder("llama3-tiny");
        ITokenizer tokenizer = TokenizerLoader.Load(folder.Path);
        ChatTemplate none = Load(folder, "none");
        ChatMessage[] messages = [new(ChatRole.System, "One. "), new(ChatRole.User, " two ")];
        Assert.Equal("One.  two ", none.Render(messages, new() { AddGenerationPrompt = true }));
        Assert.Equal(tokenizer.EncodeWithSpecialTokens("One.  two "), none.Encode(messages, new(), tokenizer));
        Assert.Null(none.TurnEnd(tokenizer));
    }

    private static ChatTemplate Load(TokenizerFolder folder, string? name = null) =>
        ChatTemplateLoader.Load(folder.Path, TokenizerLoader.Load(folder.Path), name);

    private static string Render(TokenizerFolder folder, string? name = null) => Load(folder, name).Render(Hi, new());
}
