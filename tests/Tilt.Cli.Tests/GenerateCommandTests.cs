using System.Text.Json;
using System.Text.Json.Nodes;
using Tilt.Cli.Commands;
using Tilt.Cli.Options;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Rollouts;

namespace Tilt.Cli.Tests;

public sealed class GenerateCommandTests : IDisposable
{
    private readonly GoldenFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("llama32", "fused")]
    [InlineData("qwen25", "libtorch")]
    [InlineData("qwen3", "fused")]
    [InlineData("qwen3", "libtorch")]
    [InlineData("llama-untied-bf16", "libtorch")]
    public async Task Greedy_responses_are_those_of_Transformers(string model, string engine)
    {
        JsonNode reference = Reference(model);
        int[] ends = [.. ModelConfigurationReader.Read(GoldenFolder.Of(model)).EndOfSequenceIds];
        string[] lines =
            [.. reference["sequences"]!.AsArray().Select((tokens, i) => $"{{\"id\": \"p{i}\", \"tokens\": {tokens!.ToJsonString()}}}")];
        JsonNode[] generated =
            await GenerateAsync(GoldenFolder.Of(model), lines, "--method", "greedy", "--max-new-tokens", "24", "--engine", engine);
        for (int i = 0; i < lines.Length; i++)
        {
            // The reference goes on behind an end token; generation does not.
            JsonNode greedy = reference["greedy"]![i]!;
            int[] expected = (greedy is JsonArray ? greedy : greedy["tokens"]!).Deserialize<int[]>()!;
            int end = Array.FindIndex(expected, token => ends.Contains(token));
            JsonNode output = Assert.Single(generated[i]["outputs"]!.AsArray())!;
            Assert.Equal(end < 0 ? expected : expected[..(end + 1)], output["tokens"].Deserialize<int[]>());
            Assert.Equal(end < 0 ? "length" : "end_of_sequence", output["stop_reason"]!.GetValue<string>());
            Assert.Equal($"p{i}", generated[i]["id"]!.GetValue<string>());
            Assert.Equal(reference["sequences"]![i].Deserialize<int[]>(), generated[i]["prompt_tokens"].Deserialize<int[]>());
        }
    }

    [Fact]
    public async Task Beam_search_gives_the_hypotheses_and_scores_of_Transformers()
    {
        JsonNode beam = Reference("llama32")["beam"]!;
        string model = _folder.Combine(GoldenFolder.Of("llama32"));
        foreach (JsonNode? test in beam["cases"]!.AsArray())
        {
            File.WriteAllText(Path.Combine(model, "generation_config.json"),
                $$"""{"eos_token_id": {{test!["eos_token_id"]!.GetValue<int>()}}}""");
            string line = $"{{\"tokens\": {Reference("llama32")["sequences"]![test["prompt_index"]!.GetValue<int>()]!.ToJsonString()}}}";
            string width = beam["num_beams"]!.ToJsonString(), early = test["early_stopping"]!.GetValue<bool>() ? "-early-stopping" : "";
            JsonNode[] generated = await GenerateAsync(model, [line],
                "--method", $"beam-{width}-penalty-{test["length_penalty"]!.ToJsonString()}{early}", "--samples", width, "--max-new-tokens",
                beam["max_new_tokens"]!.ToJsonString());
            JsonArray expected = test["hypotheses"]!.AsArray(), found = generated[0]["outputs"]!.AsArray();
            Assert.Equal(expected.Count, found.Count);
            for (int i = 0; i < found.Count; i++)
            {
                Assert.Equal(expected[i]!["tokens"].Deserialize<int[]>(), found[i]!["tokens"].Deserialize<int[]>());
                Assert.Equal(expected[i]!["score"]!.GetValue<double>(), found[i]!["score"]!.GetValue<double>(), 1e-4);
            }
        }
    }

    [Fact]
    public async Task Conversations_and_texts_are_answered_with_text()
    {
        string model = _folder.Combine(GoldenFolder.Of("qwen25"), GoldenFolder.Of("tokenizers", "qwen2-tiny"));
        ITokenizer tokenizer = TokenizerLoader.Load(model);
        JsonNode[] generated = await GenerateAsync(model,
            ["""{"messages": [{"role": "user", "content": "What is 2 + 2?"}], "id": 7}""", """{"prompt": "2 + 2 ="}"""],
            "--chat-template", "chatml", "--samples", "3", "--max-new-tokens", "6");
        Assert.Equal(tokenizer.Encode("<|im_start|>user\nWhat is 2 + 2?<|im_end|>\n<|im_start|>assistant\n"),
            generated[0]["prompt_tokens"].Deserialize<int[]>());
        Assert.Equal(tokenizer.EncodeWithSpecialTokens("2 + 2 ="), generated[1]["prompt_tokens"].Deserialize<int[]>());
        Assert.Equal(7, generated[0]["id"]!.GetValue<int>());
        foreach (JsonNode? output in generated.SelectMany(line => line["outputs"]!.AsArray()))
        {
            Assert.Equal(tokenizer.Decode(output!["tokens"].Deserialize<int[]>(), skipSpecialTokens: true),
                output["text"]!.GetValue<string>());
            // At temperature 1 the model itself is what is drawn from.
            Assert.Equal(output["token_logprobs"].Deserialize<float[]>(), output["sampling_logprobs"].Deserialize<float[]>());
        }
    }

    [Fact]
    public async Task Log_probabilities_are_those_that_score_gives()
    {
        string model = GoldenFolder.Of("qwen3");
        JsonNode[] generated = await GenerateAsync(model, ["""{"tokens": [5, 6, 7]}"""], "--method", "temperature-0.7-top-k-20",
            "--samples", "4", "--max-new-tokens", "8");
        string[] whole = [.. generated[0]["outputs"]!.AsArray()
            .Select(output => $"{{\"tokens\": {JsonSerializer.Serialize((int[])[5, 6, 7, .. output!["tokens"].Deserialize<int[]>()!])}}}")];
        var (code, _, errors) = await CommandRun.Of("score", "--model", model, "--input", _folder.Write("whole.jsonl", whole), "--out",
            _folder["scores.jsonl"], "--threads", "1");
        Assert.True(code == 0, errors);
        JsonNode[] scores = [.. File.ReadLines(_folder["scores.jsonl"]).Select(line => JsonNode.Parse(line)!)];
        for (int i = 0; i < scores.Length; i++)
        {
            float[] expected = scores[i]["token_logprobs"].Deserialize<float[]>()![2..],
                actual = generated[0]["outputs"]![i]!["token_logprobs"].Deserialize<float[]>()!;
            Assert.Equal(expected.Length, actual.Length);
            for (int t = 0; t < actual.Length; t++) Assert.Equal(expected[t], actual[t], 1e-4f);
        }
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_file_and_another_seed_another()
    {
        string[] lines = ["""{"tokens": [5, 6]}""", """{"tokens": [7]}"""];
        string[] options = ["--method", "power-2-blocks-2-moves-2", "--samples", "2", "--max-new-tokens", "6"];
        async Task<string> TextAsync(string seed)
        {
            await GenerateAsync(GoldenFolder.Of("llama32"), lines, [.. options, "--seed", seed]);
            return await File.ReadAllTextAsync(_folder["out.jsonl"], TestContext.Current.CancellationToken);
        }
        string first = await TextAsync("1");
        Assert.Equal(first, await TextAsync("1"));
        Assert.NotEqual(first, await TextAsync("2"));
        Assert.False(File.Exists(_folder["out.jsonl"] + ".unfinished"));
    }

    [Theory]
    [InlineData("""{"tokens": [1, 99999]}""", "greedy", "99999")]
    [InlineData("""{"tokens": []}""", "greedy", "no tokens")]
    [InlineData("""{"text": "Hi"}""", "greedy", "\"messages\"")]
    [InlineData("""{"tokens": [1]}""", "bean-4", "beam-WIDTH")]
    [InlineData("""{"tokens": [1]}""", "beam-0", "at least 1")]
    [InlineData("""{"tokens": [1]}""", "beam-1000000", "at most 65536")]
    [InlineData("""{"tokens": [1]}""", "best-of-1000000000-likelihood", "at most 65536")]
    [InlineData("""{"tokens": [1]}""", "smc-4-1000000000", "at most 65536")]
    [InlineData("""{"tokens": [1]}""", "temperature-0.7-top-p-2", "TopP is 2")]
    [InlineData("""{"tokens": [1]}""", "power-99999999999-blocks-99999999999", "cannot run")]
    public async Task Bad_input_is_told_and_nothing_written(string line, string method, string part)
    {
        var (code, _, errors) = await RunAsync(GoldenFolder.Of("qwen3"), [line], "--method", method, "--max-new-tokens", "4");
        Assert.Equal(2, code);
        Assert.Contains(part, errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["out.jsonl"]));
    }

    [Fact]
    public async Task A_majority_of_answers_is_taken_from_the_text_of_responses()
    {
        string model = ApplicationFiles.Find(Path.Combine("assets", "embedded"));
        JsonNode output = (await GenerateAsync(model, ["""{"prompt": "Q: 12+3 A: "}"""], "--method", "majority-5-temperature-0.2",
            "--max-new-tokens", "90"))[0]["outputs"]![0]!;
        Assert.Equal("15", output["answer"]!.GetValue<string>());
        Assert.Contains("15", output["text"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_is_an_answer_the_first_response_stands_and_it_is_told()
    {
        string model = ApplicationFiles.Find(Path.Combine("assets", "embedded"));
        var (code, output, _) =
            await RunAsync(model, ["""{"prompt": "Q: 12+3 A: 12+3"}"""], "--method", "majority-2-temperature-0.1", "--max-new-tokens", "1");
        Assert.Equal(0, code);
        JsonNode line = JsonNode.Parse(await File.ReadAllTextAsync(_folder["out.jsonl"], TestContext.Current.CancellationToken))!;
        Assert.Null(line["outputs"]![0]!["answer"]);
        Assert.Contains("1 outputs are no majority's: none of the 2 responses", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_without_text_has_no_answers_to_count()
    {
        var (code, _, errors) =
            await RunAsync(GoldenFolder.Of("qwen3"), ["""{"tokens": [1]}"""], "--method", "majority-2", "--max-new-tokens", "2");
        Assert.Equal(2, code);
        Assert.Contains("has no tokenizer to make text with", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_fit_is_told_before_work()
    {
        string model = GoldenFolder.Of("qwen3");
        int context = ModelConfigurationReader.Read(model).ContextLength;
        Assert.Contains($"context of {context}", (await RunAsync(model, ["""{"tokens": [1]}"""], "--max-new-tokens", $"{context}")).Errors,
            StringComparison.Ordinal);
        Assert.Contains("float32", (await RunAsync(model, ["""{"tokens": [1]}"""], "--engine", "fused", "--dtype", "bfloat16")).Errors,
            StringComparison.Ordinal);
        Assert.Contains("bfloat16", (await RunAsync(model, ["""{"tokens": [1]}"""], "--storage", "packed")).Errors,
            StringComparison.Ordinal);
        Assert.Contains($"context of {context}",
            (await RunAsync(model, ["""{"tokens": [1]}"""], "--max-new-tokens", $"{int.MaxValue}")).Errors, StringComparison.Ordinal);
        Assert.Contains("at most 100000", (await RunAsync(model, ["""{"tokens": [1]}"""], "--samples", "2000000000")).Errors,
            StringComparison.Ordinal);
        Assert.Contains("--samples", (await RunAsync(model, ["""{"tokens": [1]}"""], "--samples", "0")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_limit_the_context_is_one()
    {
        string model = _folder.Combine(GoldenFolder.Of("qwen3"));
        string path = Path.Combine(model, "config.json");
        JsonNode configuration = JsonNode.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken))!;
        configuration["max_position_embeddings"] = 20;
        await File.WriteAllTextAsync(path, configuration.ToJsonString(), TestContext.Current.CancellationToken);
        JsonNode[] generated = await GenerateAsync(model, ["""{"tokens": [1, 2, 3, 4, 5]}""", """{"tokens": [6]}"""], "--method", "greedy");
        Assert.All(generated, line => Assert.InRange(line["outputs"]![0]!["tokens"]!.AsArray().Count, 1, 15));
        Assert.Contains(generated, line => line["outputs"]![0]!["tokens"]!.AsArray().Count == 15);
    }

    [Fact]
    public void An_interrupted_generation_goes_on_after_its_last_whole_portion()
    {
        string result = _folder["result.jsonl"];
        GenerationSettings settings = Settings(seed: 1);
        using (GenerationFile begun = GenerationFile.Open(result, settings, portion: 2))
        {
            Assert.Equal(0, begun.Lines);
            begun.Append(writer => Lines(writer, 0, 1, 2));
        }
        File.AppendAllText(result + ".unfinished", "{\"line\":");
        Assert.Contains("other settings",
            Assert.Throws<InputException>(() => GenerationFile.Open(result, Settings(seed: 2), portion: 2)).Message,
            StringComparison.Ordinal);
        using (GenerationFile resumed = GenerationFile.Open(result, settings, portion: 2))
        {
            Assert.Equal(2, resumed.Lines);
            Assert.Throws<InputException>(() => GenerationFile.Open(result, settings, portion: 2));
            resumed.Append(writer => Lines(writer, 2, 3));
            resumed.Complete();
        }
        Assert.Equal(["""{"line":0}""", """{"line":1}""", """{"line":2}""", """{"line":3}"""], File.ReadAllLines(result));
        Assert.False(File.Exists(result + ".unfinished"));
    }

    [Fact]
    public void A_generation_killed_in_its_first_line_begins_anew()
    {
        string result = _folder["result.jsonl"];
        using (GenerationFile begun = GenerationFile.Open(result, Settings(seed: 1), portion: 2))
            begun.Append(writer => Lines(writer, 0, 1));
        string header = File.ReadLines(result + ".unfinished").First();
        File.WriteAllText(result + ".unfinished", header[..(header.Length / 2)]);
        using GenerationFile file = GenerationFile.Open(result, Settings(seed: 1), portion: 2);
        file.Append(writer => Lines(writer, 0));
        file.Complete();
        Assert.Equal(["""{"line":0}"""], File.ReadAllLines(result));
    }

    [Fact]
    public async Task A_generation_that_fails_before_its_first_portion_leaves_nothing()
    {
        string model = _folder.Combine(GoldenFolder.Of("qwen3")), weights = Path.Combine(model, "model.safetensors");
        byte[] bytes = await File.ReadAllBytesAsync(weights, TestContext.Current.CancellationToken);
        bytes.AsSpan(8 + (int)BitConverter.ToUInt64(bytes)).Fill(0xFF);
        await File.WriteAllBytesAsync(weights, bytes, TestContext.Current.CancellationToken);
        var (code, _, errors) = await RunAsync(model, ["""{"tokens": [1]}"""], "--max-new-tokens", "2");
        Assert.Equal((2, true), (code, errors.Contains("not finite", StringComparison.Ordinal)));
        Assert.False(File.Exists(_folder["out.jsonl"] + ".unfinished"));
    }

    private static void Lines(JsonLineWriter writer, params int[] numbers)
    {
        foreach (int number in numbers) writer.Write(json => json.WriteNumber("line", number));
    }

    private static GenerationSettings Settings(uint seed) => new()
    {
        Model = "m",
        Weights = "w",
        Adapter = null,
        Engine = "e",
        Precision = "p",
        Method = "greedy",
        Samples = 1,
        MaxNewTokens = 2,
        Seed = seed,
        Prompts = "h",
        Version = "v",
    };

    private static JsonNode Reference(string model) => JsonNode.Parse(File.ReadAllText(GoldenFolder.Of(model, "reference.json")))!;

    private Task<(int Code, string Output, string Errors)> RunAsync(string model, string[] lines, params string[] extra) =>
        CommandRun.Of(["generate", "--model", model, "--input", _folder.Write("in.jsonl", lines), "--out", _folder["out.jsonl"],
            "--threads", "1", .. extra]);

    private async Task<JsonNode[]> GenerateAsync(string model, string[] lines, params string[] extra)
    {
        var (code, _, errors) = await RunAsync(model, lines, extra);
        Assert.True(code == 0, errors);
        return [.. File.ReadLines(_folder["out.jsonl"]).Select(line => JsonNode.Parse(line)!)];
    }
}
