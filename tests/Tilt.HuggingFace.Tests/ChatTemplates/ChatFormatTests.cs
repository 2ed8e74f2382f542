using System.Text.Json;
using Tilt.HuggingFace.ChatTemplates;
using Tilt.HuggingFace.Tests.Tokenizers;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Rollouts;

namespace Tilt.HuggingFace.Tests.ChatTemplates;

public sealed class ChatFormatTests
{
    private static readonly Dictionary<string, (string Format, string Tokenizer)> Templates = new()
    {
        ["llama3.2-instruct"] = ("llama-3.2", "llama3-tiny"),
        ["llama3.3-instruct"] = ("llama-3.2", "llama3-tiny"),
        ["qwen2.5-instruct"] = ("qwen2.5", "qwen2-tiny"),
        ["qwen3-4b-instruct-2507"] = ("qwen3-2507", "qwen2-tiny"),
        ["qwen3"] = ("qwen3", "qwen2-tiny"),
    };

    [Theory]
    [InlineData("cases.jsonl", 108)]
    [InlineData("more_cases.jsonl", 190)]
    public void Every_conversation_is_written_as_its_template_in_Jinja_writes_it(string file, int count)
    {
        int seen = 0;
        var tokenizers = Templates.Values.Select(pair => pair.Tokenizer).Distinct().ToDictionary(name => name, name => TokenizerLoader.Load(GoldenTokenizerTests.FolderOf(name)));
        foreach (JsonElement line in File.ReadLines(PathOf(file)).Select(line => JsonDocument.Parse(line).RootElement))
        {
            (string format, string name) = Templates[line.GetProperty("template").GetString()!];
            ITokenizer tokenizer = tokenizers[name];
            IChatFormat chat = ChatFormatLoader.Load(GoldenTokenizerTests.FolderOf(name), tokenizer, format);
            var options = new ChatOptions { AddGenerationPrompt = line.GetProperty("add_generation_prompt").GetBoolean() };
            if (line.TryGetProperty("date_string", out JsonElement date)) options = options with { DateString = date.GetString()! };
            ChatMessage[] messages = [.. line.GetProperty("messages").EnumerateArray().Select(m => new ChatMessage(RoleOf(m.GetProperty("role").GetString()!), m.GetProperty("content").GetString()!))];
            Assert.Equal(line.GetProperty("rendered").GetString(), chat.Render(messages, options));
            if (line.TryGetProperty("ids", out JsonElement ids)) Assert.Equal(ids.Deserialize<int[]>(), chat.Encode(messages, options, tokenizer));
            seen++;
        }
        Assert.Equal(count, seen);
    }

    [Theory]
    [InlineData("llama3.2-instruct")]
    [InlineData("llama3.3-instruct")]
    [InlineData("qwen2.5-instruct")]
    [InlineData("qwen3-4b-instruct-2507")]
    [InlineData("qwen3")]
    public void Templates_are_recognised_in_a_file_of_their_own_whatever_their_line_ends(string template)
    {
        (string format, string name) = Templates[template];
        string text = File.ReadAllText(PathOf(Path.Combine("templates", template + ".jinja")));
        foreach (string variant in (string[])[text, text.Replace("\n", "\r\n", StringComparison.Ordinal), text.TrimEnd('\n'), text.TrimEnd('\n') + "\n"])
        {
            using var folder = new TokenizerFolder(name);
            folder.Write("chat_template.jinja", variant);
            Assert.Equal(format, ChatFormatLoader.Load(folder.Path, TokenizerLoader.Load(folder.Path)).Name);
        }
    }

    [Fact]
    public void Templates_are_recognised_in_the_tokenizers_configuration_alone_or_named_default()
    {
        Assert.Equal("llama-3.2", Recognized(new TokenizerFolder("llama3-tiny")));
        Assert.Equal("qwen3-2507", Recognized(new TokenizerFolder("qwen2-tiny")));
        var folder = new TokenizerFolder("qwen2-tiny");
        folder.Change("tokenizer_config.json", root => root["chat_template"] = JsonSerializer.SerializeToNode(new[]
        {
            new { name = "tool_use", template = "other" },
            new { name = "default", template = root["chat_template"]!.GetValue<string>() },
        }));
        Assert.Equal("qwen3-2507", Recognized(folder));
    }

    [Fact]
    public void A_template_in_a_JSON_file_of_its_own_counts_where_there_is_no_other()
    {
        using var folder = new TokenizerFolder("qwen2-tiny");
        string template = "";
        folder.Change("tokenizer_config.json", root =>
        {
            template = root["chat_template"]!.GetValue<string>();
            root.Remove("chat_template");
        });
        folder.Write("chat_template.json", JsonSerializer.Serialize(new { chat_template = template }));
        Assert.Equal("qwen3-2507", ChatFormatLoader.Load(folder.Path, TokenizerLoader.Load(folder.Path)).Name);
        folder.Change("tokenizer_config.json", root => root["chat_template"] = "another");
        Assert.Throws<InputException>(() => ChatFormatLoader.Load(folder.Path, TokenizerLoader.Load(folder.Path)));
    }

    [Fact]
    public void An_unknown_or_missing_template_is_an_error_that_lists_what_is_supported()
    {
        using var folder = new TokenizerFolder("qwen2-tiny");
        folder.Change("tokenizer_config.json", root => root["chat_template"] = root["chat_template"]!.GetValue<string>().Replace("assistant", "Assistant", StringComparison.Ordinal));
        string unknown = Assert.Throws<InputException>(() => ChatFormatLoader.Load(folder.Path, TokenizerLoader.Load(folder.Path))).Message;
        folder.Change("tokenizer_config.json", root => root.Remove("chat_template"));
        string missing = Assert.Throws<InputException>(() => ChatFormatLoader.Load(folder.Path, TokenizerLoader.Load(folder.Path))).Message;
        foreach (string message in (string[])[unknown, missing])
        {
            Assert.Contains("--chat-format", message, StringComparison.Ordinal);
            foreach (string name in ChatFormatLoader.Names) Assert.Contains(name, message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_format_whose_tokens_the_model_lacks_is_refused()
    {
        using var folder = new TokenizerFolder("llama3-tiny");
        Assert.Contains("<|im_start|>", Assert.Throws<InputException>(() => ChatFormatLoader.Load(folder.Path, TokenizerLoader.Load(folder.Path), "chatml")).Message, StringComparison.Ordinal);
        Assert.Contains("nonsense", Assert.Throws<InputException>(() => ChatFormatLoader.Load(folder.Path, TokenizerLoader.Load(folder.Path), "nonsense")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_format_texts_stand_alone_and_the_tokenizer_begins_the_document()
    {
        using var folder = new TokenizerFolder("llama3-tiny");
        ITokenizer tokenizer = TokenizerLoader.Load(folder.Path);
        IChatFormat none = ChatFormatLoader.Load(folder.Path, tokenizer, "none");
        ChatMessage[] messages = [new(ChatRole.System, "One. "), new(ChatRole.User, " two ")];
        Assert.Equal("One.  two ", none.Render(messages, new() { AddGenerationPrompt = true }));
        Assert.Equal(tokenizer.EncodeWithSpecialTokens("One.  two "), none.Encode(messages, new(), tokenizer));
        Assert.Null(none.TurnEnd);
    }

    [Fact]
    public void A_conversation_without_messages_is_refused_by_every_format()
    {
        foreach ((string format, string name) in Templates.Values.Concat([("chatml", "qwen2-tiny"), ("none", "qwen2-tiny")]))
        {
            string folder = GoldenTokenizerTests.FolderOf(name);
            Assert.Throws<InputException>(() => ChatFormatLoader.Load(folder, TokenizerLoader.Load(folder), format).Render([], new()));
        }
    }

    private static string Recognized(TokenizerFolder folder)
    {
        using (folder) return ChatFormatLoader.Load(folder.Path, TokenizerLoader.Load(folder.Path)).Name;
    }

    private static string PathOf(string file) => GoldenModel.FolderOf(Path.Combine("chat", file));

    private static ChatRole RoleOf(string name) => Enum.Parse<ChatRole>(name, ignoreCase: true);
}
