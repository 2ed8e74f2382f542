using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Tilt.HuggingFace.Tokenizers;
using Tilt.HuggingFace.Tokenizers.PreTokenization;
using Tilt.HuggingFace.Tokenizers.Unicode;
using Tilt.Rollouts;

namespace Tilt.HuggingFace.Tests.Tokenizers;

public sealed class BytePairTokenizerTests
{
    [Fact]
    public void Vocabulary_and_merges_in_two_files_give_the_tokenizer_of_the_one_file()
    {
        using var folder = new TokenizerFolder("qwen2-tiny");
        folder.Delete("tokenizer.json");
        AssertSameIds(folder, "qwen2-tiny");
        folder.Change("tokenizer_config.json", root => root.Remove("tokenizer_class"));
        folder.Write("config.json", "{\"model_type\": \"qwen3\"}");
        AssertSameIds(folder, "qwen2-tiny");
    }

    [Fact]
    public void Merges_as_texts_and_as_pairs_are_the_same()
    {
        using var texts = new TokenizerFolder("qwen2-tiny");
        texts.Change("tokenizer.json",
            root => root["model"]!["merges"] =
                new JsonArray(["#version: 0.2", .. root["model"]!["merges"]!.AsArray().Select(pair => (JsonNode)$"{pair![0]} {pair[1]}")]));
        AssertSameIds(texts, "qwen2-tiny");
        using var pairs = new TokenizerFolder("llama3-tiny");
        pairs.Change("tokenizer.json",
            root => root["model"]!["merges"] =
                new JsonArray([.. root["model"]!["merges"]!.AsArray()
                    .Select(text => (JsonNode)new JsonArray([.. text!.GetValue<string>().Split(' ').Select(part => (JsonNode)part)]))]));
        AssertSameIds(pairs, "llama3-tiny");
    }

    [Fact]
    public void Forms_that_older_and_newer_repositories_use_are_read_as_the_same()
    {
        Same("llama3-tiny", root => root["model"]!.AsObject().Remove("type"));
        Same("llama3-tiny", root => root["decoder"] = Sequence("decoders", root["decoder"]!, Parse("""{"type": "Fuse"}""")));
        Same("llama3-tiny", root => root["post_processor"] = root["post_processor"]!["processors"]![1]!.DeepClone());
        Same("llama3-tiny", root => root["pre_tokenizer"] = Sequence("pretokenizers", root["pre_tokenizer"]!));
        Same("llama3-tiny", root => (root["pre_tokenizer"]!["pretokenizers"]![0]!["behavior"],
            root["pre_tokenizer"]!["pretokenizers"]![0]!["invert"]) = ("Removed", true));
        Same("qwen2-tiny", root => root["normalizer"] = Sequence("normalizers", root["normalizer"]!));
        Same("qwen2-tiny", root => root.Remove("post_processor"));
        Same("qwen2-tiny", root => root["model"]!["byte_fallback"] = true);
        Same("qwen2-tiny", root => root["model"]!.AsObject().Remove("ignore_merges"));
        Same("qwen2-tiny", root => root["model"]!["unk_token"] = "<|endoftext|>");
    }

    [Fact]
    public void A_folder_with_the_tokenizer_file_alone_takes_the_end_from_the_models_configuration()
    {
        using var folder = new TokenizerFolder("llama3-tiny");
        foreach (string file in (string[])["tokenizer_config.json", "special_tokens_map.json", "generation_config.json"])
            folder.Delete(file);
        Assert.Empty(TokenizerLoader.Load(folder.Path).EndOfSequenceIds);
        folder.Write("config.json", "{\"eos_token_id\": 1009}");
        Assert.Equal([1009], TokenizerLoader.Load(folder.Path).EndOfSequenceIds);
        folder.Write("special_tokens_map.json", "{\"eos_token\": {\"content\": \"<|eot_id|>\"}, \"bos_token\": \"<|begin_of_text|>\"}");
        ITokenizer tokenizer = TokenizerLoader.Load(folder.Path);
        Assert.Equal([1017, 1009], tokenizer.EndOfSequenceIds);
        Assert.Equal(1008, tokenizer.BeginOfSequenceId);
    }

    [Fact]
    public void The_configuration_adds_tokens_and_changes_their_flags()
    {
        using var folder = new TokenizerFolder("qwen2-tiny");
        folder.Change("tokenizer_config.json", root =>
        {
            root["added_tokens_decoder"]!["1010"] = Parse(
                """{"content": "<new>", "lstrip": true, "rstrip": true, "normalized": false, "single_word": false, "special": false}""");
            root["additional_special_tokens"]!.AsArray().Add("<tool_call>");
            root["mask_token"] = "<mask>";
        });
        ITokenizer tokenizer = TokenizerLoader.Load(folder.Path);
        Assert.Equal([64, 1010, 65, 1011], tokenizer.Encode("a \n<new>\t b<mask>".Replace("\t ", "\t", StringComparison.Ordinal)));
        Assert.Equal("<new>", tokenizer.Decode([998, 1010, 1011], skipSpecialTokens: true));
        Assert.Equal("<tool_call><new><mask>", tokenizer.Decode([998, 1010, 1011]));
        Assert.Equal(1012, tokenizer.VocabularySize);
    }

    [Fact]
    public void Single_words_are_recognised_only_between_what_is_no_word()
    {
        using var folder = new TokenizerFolder("qwen2-tiny");
        folder.Change("tokenizer_config.json",
            root => root["added_tokens_decoder"]!["1010"] = Parse(
                """{"content": "zz", "lstrip": false, "rstrip": false, "normalized": false, "single_word": true, "special": false}"""));
        ITokenizer tokenizer = TokenizerLoader.Load(folder.Path);
        foreach (string text in (string[])["zz", "!zz!", " zz ", "\u4E00 zz。", "zz<|im_end|>"])
            Assert.Contains(1010, tokenizer.Encode(text));
        foreach (string text in (string[])["azz", "zza", "_zz", "zz1", "\u4E00zz", "zz\u0301", "zzz", "\uD835\uDC9Czz"])
            Assert.DoesNotContain(1010, tokenizer.Encode(text));
    }

    [Fact]
    public void Normalised_tokens_are_found_in_normalised_text()
    {
        using var folder = new TokenizerFolder("qwen2-tiny");
        folder.Change("tokenizer_config.json", root =>
        {
            root["added_tokens_decoder"]!["1010"] = Parse("""{"content": "cafe\u0301", "normalized": true, "special": false}""");
            root["added_tokens_decoder"]!["1011"] = Parse("""{"content": "the\u0301", "normalized": false, "special": false}""");
        });
        ITokenizer tokenizer = TokenizerLoader.Load(folder.Path);
        Assert.Equal([1010], tokenizer.Encode("cafe\u0301"));
        Assert.Equal([1010], tokenizer.Encode("café"));
        Assert.Equal([1011], tokenizer.Encode("the\u0301"));
        Assert.DoesNotContain(1011, tokenizer.Encode("thé"));
        Assert.Equal("the\u0301", tokenizer.Decode([1011]));
        // é is also the character of a byte, and a token is bytes where it can be: as the reference decodes it.
        Assert.Equal("caf\uFFFD", tokenizer.Decode([1010]));
    }

    [Theory]
    [InlineData("llama3-tiny")]
    [InlineData("qwen2-tiny")]
    public void Any_ids_decoded_one_by_one_give_the_text_of_all(string name)
    {
        ITokenizer tokenizer = TokenizerLoader.Load(GoldenTokenizerTests.FolderOf(name));
        Gen.Select(Gen.Int[0, tokenizer.VocabularySize + 20].Array[0, 40], Gen.Bool).Sample((ids, skip) =>
        {
            var decoder = new StreamingDecoder(tokenizer, skip);
            Assert.Equal(tokenizer.Decode(ids, skip), string.Concat(ids.Select(decoder.Append)) + decoder.Complete());
        }, iter: 5000, seed: "0000000000000");
    }

    [Theory]
    [InlineData("llama3-tiny")]
    [InlineData("qwen2-tiny")]
    public void Any_text_comes_back_from_its_ids_normalised(string name)
    {
        ITokenizer tokenizer = TokenizerLoader.Load(GoldenTokenizerTests.FolderOf(name));
        var composition = new CanonicalComposition();
        Gen.String[0, 40].Sample(text =>
        {
            string expected = CodePoint.WellFormed(text);
            if (name == "qwen2-tiny") expected = composition.Normalize(expected.AsMemory()).ToString();
            Assert.Equal(expected, tokenizer.Decode(tokenizer.Encode(text)));
        }, iter: 5000, seed: "0000000000000");
    }

    [Fact]
    public void Long_texts_of_one_kind_are_encoded()
    {
        ITokenizer tokenizer = TokenizerLoader.Load(GoldenTokenizerTests.FolderOf("qwen2-tiny"));
        foreach (string unit in (string[])["a", " ", "\n", "!", "\u0301", "<|im_start|", "<|im_end|>", "漢"])
        {
            string text = string.Concat(Enumerable.Repeat(unit, 100_000 / unit.Length));
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
        }
    }

    [Theory]
    [InlineData("model.vocab", null, "model.vocab")]
    [InlineData("model.merges.0", "\"only\"", "two tokens")]
    [InlineData("model.merges.0", "[\"Q\", \"☃\"]", "'☃'")]
    [InlineData("model.dropout", "0.1", "dropout")]
    [InlineData("model.end_of_word_suffix", "\"</w>\"", "end_of_word_suffix")]
    [InlineData("model.type", "\"Unigram\"", "Unigram")]
    [InlineData("model.vocab.!", "-1", "whole number")]
    [InlineData("model.vocab.!", "1", "two tokens have the id 1")]
    [InlineData("model.vocab.!", "2000000000", "2000000000")]
    [InlineData("pre_tokenizer", "null", "ByteLevel")]
    [InlineData("pre_tokenizer", "{\"type\": \"Metaspace\"}", "Metaspace")]
    [InlineData("pre_tokenizer.pretokenizers.0.pattern.Regex", "\"(?<=a)b\"", "(?<=a)b")]
    [InlineData("pre_tokenizer.pretokenizers.0.behavior", "\"Shuffled\"", "Shuffled")]
    [InlineData("normalizer", "{\"type\": \"Lowercase\"}", "Lowercase")]
    [InlineData("decoder", "null", "decoder")]
    [InlineData("post_processor", "{\"type\": \"BertProcessing\"}", "BertProcessing")]
    [InlineData("post_processor.processors.1.single", "[]", "0 times")]
    [InlineData("post_processor.processors.1.special_tokens", "{}", "<|begin_of_text|>")]
    [InlineData("added_tokens.3.id", "5000", "5000")]
    [InlineData("added_tokens.3.content", "\"\"", "without text")]
    [InlineData("added_tokens.3.special", "\"yes\"", "special")]
    public void What_cannot_be_read_is_named(string key, string? value, string part)
    {
        using var folder = new TokenizerFolder("llama3-tiny");
        folder.Change("tokenizer.json", root =>
        {
            string[] path = key.Split('.');
            JsonNode parent = root;
            foreach (string name in path[..^1])
                parent = (int.TryParse(name, CultureInfo.InvariantCulture, out int index) ? parent[index] : parent[name])!;
            JsonNode? node = value is null ? null : Parse(value);
            if (int.TryParse(path[^1], CultureInfo.InvariantCulture, out int last)) parent[last] = node;
            else parent[path[^1]] = node;
        });
        string message = Message(folder);
        Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.Contains("tokenizer.json", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_missing_or_no_JSON_are_named()
    {
        using var folder = new TokenizerFolder("llama3-tiny");
        folder.Write("generation_config.json", "{\"eos_token_id\": [1009, \"x\"]}");
        Assert.Contains("eos_token_id", Message(folder), StringComparison.Ordinal);
        folder.Write("generation_config.json", "[");
        Assert.Contains("generation_config.json", Message(folder), StringComparison.Ordinal);
        folder.Write("tokenizer_config.json", "{\"eos_token\": \"\\ud800\"}");
        Assert.Contains("surrogate", Message(folder), StringComparison.Ordinal);
        folder.Write("tokenizer_config.json", "{\"\\ud800\": 1}");
        Assert.Contains("surrogate", Message(folder), StringComparison.Ordinal);
        folder.Delete("tokenizer.json");
        Assert.Contains("tokenizer.json", Message(folder), StringComparison.Ordinal);
        folder.Write("tokenizer.model", "");
        Assert.Contains("SentencePiece", Message(folder), StringComparison.Ordinal);
    }

    [Fact]
    public void The_data_of_the_golden_tokenizers_are_complete()
    {
        BytePairTokenizerData llama = BytePairTokenizerReader.Read(GoldenTokenizerTests.FolderOf("llama3-tiny")),
            qwen = BytePairTokenizerReader.Read(GoldenTokenizerTests.FolderOf("qwen2-tiny"));
        Assert.Equal((PreTokenizerKind.Llama3, true, false), (llama.PreTokenizerKind, llama.IgnoreMerges, llama.NormalizeNfc));
        Assert.Equal((PreTokenizerKind.Qwen2, false, true), (qwen.PreTokenizerKind, qwen.IgnoreMerges, qwen.NormalizeNfc));
        Assert.Equal((1024, 732, 16, 1008),
            (llama.Tokens.Count, llama.Merges.Count, llama.AddedTokens.Count(token => token.Special), llama.Prefix.Single()));
        Assert.Equal((1010, 728, 26, 14),
            (qwen.Tokens.Count, qwen.Merges.Count, qwen.AddedTokens.Count, qwen.AddedTokens.Count(token => token.Special)));
        Assert.Equal(984, qwen.PaddingId);
        Assert.All(llama.Merges.Concat(qwen.Merges).Zip(Enumerable.Repeat(llama, 732).Concat(Enumerable.Repeat(qwen, 728))), pair =>
            Assert.Equal(pair.Second.Tokens[pair.First.Merged],
                pair.Second.Tokens[pair.First.Left] + pair.Second.Tokens[pair.First.Right]));
    }

    private static JsonNode Parse(string json) => JsonNode.Parse(json)!;

    private static JsonObject Sequence(string key, params JsonNode[] parts) =>
        new() { ["type"] = "Sequence", [key] = new JsonArray([.. parts.Select(part => part.DeepClone())]) };

    private static string Message(TokenizerFolder folder) => Assert.Throws<InputException>(() => TokenizerLoader.Load(folder.Path)).Message;

    private static void Same(string name, Action<JsonObject> change)
    {
        using var folder = new TokenizerFolder(name);
        folder.Change("tokenizer.json", change);
        AssertSameIds(folder, name);
    }

    private static void AssertSameIds(TokenizerFolder folder, string name)
    {
        ITokenizer tokenizer = TokenizerLoader.Load(folder.Path);
        foreach (JsonElement line in GoldenTokenizerTests.Lines(name, "encodings.jsonl"))
            Assert.Equal(line.GetProperty("ids_with_special").Deserialize<int[]>(),
                tokenizer.EncodeWithSpecialTokens(line.GetProperty("text").GetString()!));
    }
}
