using System.Text.Json.Nodes;

namespace Tilt.Cli.Tests;

public sealed class TokenizeCommandTests : IDisposable
{
    private readonly GoldenFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("llama3-tiny", "encodings.jsonl", 484)]
    [InlineData("llama3-tiny", "decodings.jsonl", 120)]
    [InlineData("qwen2-tiny", "encodings.jsonl", 487)]
    [InlineData("qwen2-tiny", "decodings.jsonl", 120)]
    public async Task Golden_lines_come_out_as_the_reference_has_them(string tokenizer, string file, int count)
    {
        string input = GoldenFolder.Of("tokenizers", tokenizer, file);
        var (code, output, errors) = await CommandRun.Of("tokenize", "--model", GoldenFolder.Of("tokenizers", tokenizer), "--input", input,
            "--out", _folder["out.jsonl"]);
        Assert.True(code == 0, errors);
        Assert.Contains($"{count} lines", output, StringComparison.Ordinal);
        foreach ((string expected, string actual) in File.ReadLines(input).Zip(File.ReadLines(_folder["out.jsonl"]), (a, b) => (a, b)))
        {
            JsonObject gold = JsonNode.Parse(expected)!.AsObject(), made = JsonNode.Parse(actual)!.AsObject();
            foreach (string key in (string[])["ids", "ids_with_special", "decoded", "decoded_skip_special"])
                if (gold.ContainsKey(key))
                    Assert.True(JsonNode.DeepEquals(gold[key], made[key]), $"{key} of {expected}: {made[key]?.ToJsonString()}");
        }
        Assert.Equal(count, File.ReadLines(_folder["out.jsonl"]).Count());
    }

    [Fact]
    public async Task Conversations_are_rendered_and_encoded_as_the_models_template_has_it()
    {
        string[] cases = [.. File.ReadLines(GoldenFolder.Of("chat", "cases.jsonl"))
            .Where(line => line.Contains("\"template\": \"llama3.2-instruct\"", StringComparison.Ordinal))];
        var (code, _, errors) = await CommandRun.Of("tokenize", "--model", GoldenFolder.Of("tokenizers", "llama3-tiny"), "--input",
            _folder.Write("in.jsonl", cases), "--out", _folder["out.jsonl"]);
        Assert.True(code == 0, errors);
        string[] lines = File.ReadAllLines(_folder["out.jsonl"]);
        Assert.Equal(40, lines.Length);
        foreach ((string expected, string actual) in cases.Zip(lines))
            foreach (string key in (string[])["rendered", "ids"])
                Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected)![key], JsonNode.Parse(actual)![key]),
                    $"{key} of {expected}: {actual}");
    }

    [Fact]
    public async Task A_chat_template_can_be_chosen()
    {
        string input = _folder.Write("in.jsonl", """{"messages": [{"role": "user", "content": "Hi"}], "add_generation_prompt": true}""");
        foreach ((string template,
            string expected) in (ValueTuple<string, string>[])[("none", "Hi"),
                ("chatml", "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n")])
        {
            var (code, _, errors) = await CommandRun.Of("tokenize", "--model", GoldenFolder.Of("tokenizers", "qwen2-tiny"),
                "--chat-template", template, "--input", input, "--out", _folder["out.jsonl"]);
            Assert.True(code == 0, errors);
            Assert.Equal(expected, JsonNode.Parse(File.ReadAllText(_folder["out.jsonl"]))!["rendered"]!.GetValue<string>());
        }
    }

    [Theory]
    [InlineData("""{"text": "unfinished""", "not valid JSON")]
    [InlineData("""["text"]""", "object")]
    [InlineData("""{"tokens": [1]}""", "\"text\", \"messages\" or \"ids\"")]
    [InlineData("""{"text": 5}""", "\"text\" must be a text")]
    [InlineData("""{"text": "\ud800"}""", "surrogate")]
    [InlineData("""{"\ud800": 1}""", "surrogate")]
    [InlineData("""{"ids": [1, -1]}""", "-1")]
    [InlineData("""{"ids": 7}""", "list")]
    [InlineData("""{"messages": []}""", "at least one message")]
    [InlineData("""{"messages": [{"content": "4"}]}""", "\"role\" of a message must be a text")]
    [InlineData("""{"messages": [{"role": "user", "content": 4}]}""", "\"content\" of a message must be a text")]
    [InlineData("""{"messages": [{"role": "user"}]}""", "neither \"content\" nor \"tool_calls\"")]
    [InlineData("""{"messages": ["Hi"]}""", "an object with \"role\"")]
    [InlineData("""{"messages": [{"role": "user", "content": "\ud800"}]}""", "surrogate")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}], "tools": {}}""", "\"tools\" must be a list")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}], "enable_thinking": "no"}""", "enable_thinking")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}], "chat_template_kwargs": []}""", "chat_template_kwargs")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}], "add_generation_prompt": true, "continue_final_message": 1}""",
        "continue_final_message")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}], "add_generation_prompt": 1}""", "add_generation_prompt")]
    [InlineData("""{"text": "a", "text": "b"}""", "not valid JSON")]
    public async Task A_bad_line_is_named_and_nothing_is_left_half_written(string bad, string part)
    {
        string input = _folder.Write("in.jsonl", """{"text": "good"}""", "", bad);
        var (code, _, errors) = await CommandRun.Of("tokenize", "--model", GoldenFolder.Of("tokenizers", "qwen2-tiny"), "--input", input,
            "--out", _folder["out.jsonl"]);
        Assert.Equal(2, code);
        Assert.Contains("line 3", errors, StringComparison.Ordinal);
        Assert.Contains(input, errors, StringComparison.Ordinal);
        Assert.Contains(part, errors, StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFiles(Path.GetDirectoryName(input)!));
    }

    [Fact]
    public async Task What_a_line_tells_the_template_reaches_it()
    {
        string model = _folder.Combine(GoldenFolder.Of("tokenizers", "qwen2-tiny"));
        await File.WriteAllTextAsync(Path.Combine(model, "chat_template.jinja"),
            "{% for m in messages %}{{ m.role }}:{% generation %}{{ m.content }}{% endgeneration %}|{{ m.tool_calls }}{% endfor %}{{ tools "
            + "}}{{ enable_thinking }}{{ documents }}{{ mood }}{{ date_string }}", TestContext.Current.CancellationToken);
        string input = _folder.Write("in.jsonl",
            """{"messages": [{"role": "tool", "content": "é🙂"}, {"role": "assistant", "content": "b", "tool_calls": [1]}], "tools": [{"name": "f"}], "enable_thinking": false, "documents": ["d"], "date_string": "today", "chat_template_kwargs": {"mood": "good"}}""",
            """{"messages": [{"role": "assistant", "content": "unfinished"}], "continue_final_message": true}""");
        var (code, _, errors) = await CommandRun.Of("tokenize", "--model", model, "--input", input, "--out", _folder["out.jsonl"]);
        Assert.True(code == 0, errors);
        JsonNode[] lines = [.. File.ReadLines(_folder["out.jsonl"]).Select(line => JsonNode.Parse(line)!)];
        Assert.Equal("tool:é🙂|assistant:b|[1][{'name': 'f'}]False['d']goodtoday", lines[0]["rendered"]!.GetValue<string>());
        Assert.Equal("[[5,7],[18,19]]", lines[0]["assistant_spans"]!.ToJsonString());
        Assert.Equal("assistant:unfinished", lines[1]["rendered"]!.GetValue<string>());
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_bad_input()
    {
        string input = _folder["in.jsonl"];
        await File.WriteAllBytesAsync(input, [.. "{\"text\": \""u8, 0xFF, .. "\"}\n"u8], TestContext.Current.CancellationToken);
        var (code, _, errors) = await CommandRun.Of("tokenize", "--model", GoldenFolder.Of("tokenizers", "qwen2-tiny"), "--input", input,
            "--out", _folder["out.jsonl"]);
        Assert.Equal(2, code);
        Assert.Contains("UTF-8", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_without_a_tokenizer_or_with_a_template_that_cannot_be_used_is_bad_input()
    {
        string input = _folder.Write("in.jsonl", """{"messages": [{"role": "user", "content": "Hi"}]}""");
        var (code, _, errors) = await CommandRun.Of("tokenize", "--model", GoldenFolder.Of("llama-untied-bf16"), "--input", input, "--out",
            _folder["out.jsonl"]);
        Assert.Equal((2, true), (code, errors.Contains("tokenizer.json", StringComparison.Ordinal)));

        string model = _folder.Combine(GoldenFolder.Of("tokenizers", "qwen2-tiny"));
        await File.WriteAllTextAsync(Path.Combine(model, "chat_template.jinja"), "{% include 'x' %}",
            TestContext.Current.CancellationToken);
        (code, _, errors) = await CommandRun.Of("tokenize", "--model", model, "--input", input, "--out", _folder["out.jsonl"]);
        Assert.Equal((2, true), (code, errors.Contains("line 1: the tag 'include' is not supported", StringComparison.Ordinal)));
    }
}
