using System.Text.Json.Nodes;
using Tilt.HuggingFace.ChatTemplates;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Rollouts;

namespace Tilt.HuggingFace.Tests.Tokenizers;

/// <summary>Damaged files: an <see cref="InputException"/> or a tokenizer that works, nothing else.</summary>
public sealed class TokenizerFuzzTests
{
    private static readonly string[] Files =
        ["tokenizer.json", "tokenizer_config.json", "generation_config.json", "special_tokens_map.json"];

    [Theory]
    [InlineData("llama3-tiny")]
    [InlineData("qwen2-tiny")]
    public void Changed_bytes_never_do_worse_than_a_clear_error(string name)
    {
        using var folder = new TokenizerFolder(name);
        var random = new Random(1 + Mutations.SeedShift);
        for (int round = 0; round < Mutations.Rounds(2000); round++)
        {
            string file = Path.Combine(folder.Path, Files[round % 2]);
            byte[] original = File.ReadAllBytes(file), changed = [.. original];
            for (int n = random.Next(1, 6); n > 0; n--) changed[random.Next(changed.Length)] = (byte)random.Next(256);
            if (random.Next(8) == 0) changed = changed[..random.Next(changed.Length)];
            File.WriteAllBytes(file, changed);
            Try(folder.Path);
            File.WriteAllBytes(file, original);
        }
    }

    [Theory]
    [InlineData("llama3-tiny")]
    [InlineData("qwen2-tiny")]
    public void Changed_values_never_do_worse_than_a_clear_error(string name)
    {
        using var folder = new TokenizerFolder(name);
        var random = new Random(2 + Mutations.SeedShift);
        for (int round = 0; round < 600; round++)
        {
            string file = Path.Combine(folder.Path, Files[round % Files.Length]), original = File.ReadAllText(file);
            JsonNode root = JsonNode.Parse(original)!;
            for (int n = random.Next(1, 4); n > 0; n--) root = Change(root, random);
            File.WriteAllText(file, root.ToJsonString());
            Try(folder.Path);
            File.WriteAllText(file, original);
        }
    }

    [Theory]
    [InlineData("vocab.json")]
    [InlineData("merges.txt")]
    public void Changed_files_of_the_older_form_never_do_worse_than_a_clear_error(string name)
    {
        using var folder = new TokenizerFolder("qwen2-tiny");
        folder.Delete("tokenizer.json");
        var random = new Random(3 + Mutations.SeedShift);
        string file = Path.Combine(folder.Path, name);
        byte[] original = File.ReadAllBytes(file);
        for (int round = 0; round < 100; round++)
        {
            byte[] changed = [.. original];
            for (int n = random.Next(1, 4); n > 0; n--) changed[random.Next(changed.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(file, changed);
            Try(folder.Path);
        }
    }

    [Fact]
    public void Nesting_without_end_is_a_clear_error()
    {
        using var folder = new TokenizerFolder("llama3-tiny");
        string deep = string.Concat(Enumerable.Repeat("{\"type\":\"Sequence\",\"pretokenizers\":[", 10_000));
        folder.Write("tokenizer.json", $"{{\"model\": {{\"type\": \"BPE\"}}, \"pre_tokenizer\": {deep}");
        Try(folder.Path);
        folder.Change("tokenizer_config.json", root => root["chat_template"] = "x");
        folder.Write("tokenizer.json",
            "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": []}, \"pre_tokenizer\": {\"type\": \"Split\", \"pattern\": "
            + "{\"Regex\": \"" + new string('(', 100_000) + "\"}}}");
        Try(folder.Path);
    }

    private static void Try(string folder)
    {
        try
        {
            ITokenizer tokenizer = TokenizerLoader.Load(folder);
            foreach (string text in (string[])["Hello, world! It's 12345 <|im_start|>é e\u0301\n\n \t", "<|begin_of_text|>漢字 🙂 \uD800"])
            {
                int[] ids = tokenizer.EncodeWithSpecialTokens(text);
                tokenizer.Decode(ids, skipSpecialTokens: true);
            }
            tokenizer.Decode([.. Enumerable.Range(0, tokenizer.VocabularySize)]);
            ChatTemplateLoader.Load(folder, tokenizer);
        }
        catch (Exception e) when (e is InputException or FormatException)
        {
            Assert.NotEmpty(e.Message);
        }
    }

    private static JsonNode Change(JsonNode root, Random random)
    {
        JsonNode node = root;
        // A walk of random length to some place in the tree.
        while (random.Next(5) > 0 && Children(node) is { Count: > 0 } children && children[random.Next(children.Count)] is { } child)
            node = child;
        JsonNode? other = random.Next(9) switch
        {
            0 => null,
            1 => random.Next(-3, 2000),
            2 => "",
            3 => "Ġt",
            4 => true,
            5 => new JsonArray(),
            6 => new JsonObject(),
            7 => 1e300,
            _ => new JsonArray("a", 1, new JsonObject { ["type"] = "Split" }),
        };
        switch (node.Parent)
        {
            case JsonObject parent:
                string key = parent.First(entry => ReferenceEquals(entry.Value, node)).Key;
                if (random.Next(3) == 0) parent.Remove(key);
                else parent[key] = other;
                return root;
            case JsonArray parent:
                if (random.Next(3) == 0) parent.RemoveAt(parent.IndexOf(node));
                else parent[parent.IndexOf(node)] = other;
                return root;
            default:
                return random.Next(4) == 0 ? other ?? new JsonObject() : root;
        }
    }

    private static List<JsonNode?> Children(JsonNode node) => node switch
    {
        JsonObject map => [.. map.Select(entry => entry.Value)],
        JsonArray list => [.. list],
        _ => [],
    };
}
