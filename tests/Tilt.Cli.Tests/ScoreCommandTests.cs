using System.Text.Json;
using System.Text.Json.Nodes;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Rollouts;

namespace Tilt.Cli.Tests;

public sealed class ScoreCommandTests : IDisposable
{
    private readonly GoldenFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("llama32", false)]
    [InlineData("qwen25", false)]
    [InlineData("qwen3", false)]
    [InlineData("llama-untied-bf16", false)]
    [InlineData("llama32", true)]
    [InlineData("qwen25", true)]
    [InlineData("qwen3", true)]
    [InlineData("llama-untied-bf16", true)]
    public async Task Scores_of_whole_sequences_are_those_of_Transformers(string model, bool adapter)
    {
        JsonNode reference =
            JsonNode.Parse(await File.ReadAllTextAsync(GoldenFolder.Of(model, "reference.json"), TestContext.Current.CancellationToken))!;
        string[] lines = [.. reference["sequences"]!.AsArray().Select(tokens => $"{{\"tokens\": {tokens!.ToJsonString()}}}")];
        string[] extra = adapter ? ["--adapter", GoldenFolder.Of(model, "lora")] : [];
        JsonNode[] scores = await ScoreAsync(GoldenFolder.Of(model), lines, extra);
        for (int i = 0; i < lines.Length; i++)
        {
            Assert.Equal(reference["sequences"]![i].Deserialize<int[]>(), scores[i]["tokens"].Deserialize<int[]>());
            float[] expected = (adapter ? reference["lora"]! : reference)["token_logprobs"]![i].Deserialize<float[]>()!,
                actual = scores[i]["token_logprobs"].Deserialize<float[]>()!;
            Assert.InRange(LargestDifference(expected, actual), 0, 1e-4);
            if (!adapter)
                Assert.InRange(LargestDifference(reference["entropies"]![i].Deserialize<float[]>()![..^1],
                    scores[i]["entropies"].Deserialize<float[]>()!), 0, 1e-4);
            Assert.Equal(actual.Sum(x => (double)x), scores[i]["sum_logprob"]!.GetValue<double>(), 1e-9);
        }
    }

    [Fact]
    public async Task Bfloat16_scores_are_close_and_not_the_same()
    {
        string line = """{"tokens": [1, 2, 3, 4, 5, 6, 7, 8]}""";
        float[] exact = (await ScoreAsync(GoldenFolder.Of("qwen3"), [line], []))[0]["token_logprobs"].Deserialize<float[]>()!;
        float[] rounded =
            (await ScoreAsync(GoldenFolder.Of("qwen3"), [line], ["--dtype", "bfloat16"]))[0]["token_logprobs"].Deserialize<float[]>()!;
        Assert.InRange(LargestDifference(exact, rounded), 1e-6, 1);
    }

    [Fact]
    public async Task Responses_are_scored_after_their_prompts_and_end_as_the_chat_template_ends_a_turn()
    {
        string model = _folder.Combine(GoldenFolder.Of("qwen25"), GoldenFolder.Of("tokenizers", "qwen2-tiny"));
        ITokenizer tokenizer = TokenizerLoader.Load(model);
        int[] chat = tokenizer.Encode("<|im_start|>user\nWhat is 2 + 2?<|im_end|>\n<|im_start|>assistant\n"),
            answer = tokenizer.Encode("It is 4."), plain = tokenizer.Encode("2 + 2 =");
        int end = tokenizer.EndOfSequenceIds[0];
        JsonNode[] scores = await ScoreAsync(model,
        [
            """{"messages": [{"role": "user", "content": "What is 2 + 2?"}], "response": "It is 4."}""",
            $"{{\"tokens\": {JsonSerializer.Serialize((int[])[.. chat, .. answer, end])}}}",
            """{"prompt": "2 + 2 =", "response": " 4"}""",
            """{"messages": [{"role": "user", "content": "What is 2 + 2?"}], "response": "It is 4.<|im_end|>"}""",
            """{"prompt": "2 + 2 =", "response": ""}""",
            """{"tokens": [5]}""",
        ], []);
        Assert.Equal([.. answer, end], scores[0]["tokens"].Deserialize<int[]>()!);
        Assert.Equal(chat, scores[0]["prompt_tokens"].Deserialize<int[]>());
        float[] response = scores[0]["token_logprobs"].Deserialize<float[]>()!, whole = scores[1]["token_logprobs"].Deserialize<float[]>()!;
        Assert.Equal(answer.Length + 1, response.Length);
        Assert.InRange(LargestDifference(whole[^response.Length..], response), 0, 1e-5);
        Assert.Equal(plain, scores[2]["prompt_tokens"].Deserialize<int[]>());
        Assert.Equal(tokenizer.Encode(" 4"), scores[2]["tokens"].Deserialize<int[]>());
        Assert.Equal([.. answer, end], scores[3]["tokens"].Deserialize<int[]>()!);
        Assert.All(scores.Skip(4),
            empty => Assert.Equal((0, 0), (empty["token_logprobs"]!.AsArray().Count, empty["entropies"]!.AsArray().Count)));
    }

    [Fact]
    public async Task Lines_keep_their_order_whatever_their_lengths()
    {
        int[] lengths = [3, 60, 2, 41, 7, 60, 12];
        string[] lines =
            [.. lengths.Select((length, i) => $"{{\"tokens\": {JsonSerializer.Serialize(Enumerable.Range(i, length).ToArray())}}}")];
        JsonNode[] together = await ScoreAsync(GoldenFolder.Of("qwen3"), lines, []);
        for (int i = 0; i < lines.Length; i++)
        {
            float[] alone = (await ScoreAsync(GoldenFolder.Of("qwen3"), [lines[i]], []))[0]["token_logprobs"].Deserialize<float[]>()!;
            Assert.InRange(LargestDifference(alone, together[i]["token_logprobs"].Deserialize<float[]>()!), 0, 1e-5);
        }
    }

    [Theory]
    [InlineData("""{"tokens": []}""", "before the first")]
    [InlineData("""{"tokens": [1, 5000]}""", "5000")]
    [InlineData("""{"prompt": "x"}""", "\"response\"")]
    [InlineData("""{"prompt": "", "response": "x"}""", "before the first")]
    [InlineData("""{"response": "x", "messages": [{"role": "user", "content": 4}]}""", "\"content\" of a message")]
    [InlineData("""{"tokens": [1, 2""", "not valid JSON")]
    public async Task A_bad_line_is_named_before_any_work(string bad, string part)
    {
        string model = _folder.Combine(GoldenFolder.Of("qwen25"), GoldenFolder.Of("tokenizers", "qwen2-tiny"));
        string input = _folder.Write("in.jsonl", """{"tokens": [1, 2]}""", bad);
        var (code, _, errors) = await CommandRun.Of("score", "--model", model, "--input", input, "--out", _folder["out.jsonl"]);
        Assert.Equal(2, code);
        Assert.Contains("line 2", errors, StringComparison.Ordinal);
        Assert.Contains(part, errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["out.jsonl"]));
    }

    [Fact]
    public async Task A_sequence_longer_than_the_context_is_bad_input()
    {
        int context = ModelConfigurationReader.Read(GoldenFolder.Of("qwen3")).ContextLength;
        string input = _folder.Write("in.jsonl", $"{{\"tokens\": {JsonSerializer.Serialize(new int[context + 1])}}}");
        var (code, _, errors) =
            await CommandRun.Of("score", "--model", GoldenFolder.Of("qwen3"), "--input", input, "--out", _folder["out.jsonl"]);
        Assert.Equal((2, true), (code, errors.Contains($"{context + 1} tokens", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_unknown_precision_or_adapter_is_bad_input()
    {
        string input = _folder.Write("in.jsonl", """{"tokens": [1, 2]}""");
        var (code, _, errors) = await CommandRun.Of("score", "--model", GoldenFolder.Of("qwen3"), "--dtype", "int4", "--input", input,
            "--out", _folder["out.jsonl"]);
        Assert.Equal((2, true), (code, errors.Contains("bfloat16", StringComparison.Ordinal)));
        (code, _, errors) = await CommandRun.Of("score", "--model", GoldenFolder.Of("qwen3"), "--adapter", _folder["none"], "--input",
            input, "--out", _folder["out.jsonl"]);
        Assert.Equal((2, true), (code, errors.Contains("adapter_config.json", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_result_that_cannot_be_written_is_bad_input_before_any_work()
    {
        string input = _folder.Write("in.jsonl", """{"tokens": [1, 2]}""");
        var (code, _, errors) =
            await CommandRun.Of("score", "--model", GoldenFolder.Of("qwen3"), "--input", input, "--out", Path.Combine(input, "below"));
        Assert.Equal((2, true), (code, errors.Contains("Cannot write", StringComparison.Ordinal)));
    }

    private async Task<JsonNode[]> ScoreAsync(string model, string[] lines, string[] extra)
    {
        var (code, _, errors) = await CommandRun.Of(["score", "--model", model, "--input", _folder.Write("in.jsonl", lines), "--out",
            _folder["out.jsonl"], "--threads", "1", .. extra]);
        Assert.True(code == 0, errors);
        return [.. File.ReadLines(_folder["out.jsonl"]).Select(line => JsonNode.Parse(line)!)];
    }

    private static double LargestDifference(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        return expected.Zip(actual, (x, y) => Math.Abs((double)x - y)).DefaultIfEmpty().Max();
    }
}
