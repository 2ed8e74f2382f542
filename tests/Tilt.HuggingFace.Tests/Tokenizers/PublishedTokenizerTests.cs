using System.Text.Json;
using Tilt.HuggingFace.Gguf;
using Tilt.HuggingFace.Tokenizers;
using Tilt.HuggingFace.Tokenizers.PreTokenization;
using Tilt.Rollouts;

namespace Tilt.HuggingFace.Tests.Tokenizers;

/// <summary>Tokenizers of published models that differ from those of Llama 3 and Qwen.</summary>
public sealed class PublishedTokenizerTests
{
    /// <summary>
    /// SmolLM2's tokenizer, cut to the tokens and merges that its texts can come to; the ids are those of the whole one in Hugging
    /// Face's tokenizers library.
    /// </summary>
    private const string SmolLm2 = "smollm2-part";

    [Fact]
    public void SmolLM2_splits_digits_one_by_one_and_gives_the_ids_of_the_reference()
    {
        ITokenizer tokenizer = TokenizerLoader.Load(GoldenTokenizerTests.FolderOf(SmolLm2));
        int count = 0;
        foreach (JsonElement line in GoldenTokenizerTests.Lines(SmolLm2, "encodings.jsonl"))
        {
            int[] ids = line.GetProperty("ids").Deserialize<int[]>()!;
            Assert.Equal(ids, tokenizer.Encode(line.GetProperty("text").GetString()!));
            Assert.Equal(line.GetProperty("decoded").GetString(), tokenizer.Decode(ids));
            Assert.Equal(line.GetProperty("decoded_skip_special").GetString(), tokenizer.Decode(ids, skipSpecialTokens: true));
            count++;
        }
        Assert.Equal(298, count);
        Assert.Equal([2], tokenizer.EndOfSequenceIds);
        Assert.Equal(1, tokenizer.BeginOfSequenceId);
    }

    [Fact]
    public void SmolLM2s_tokenizer_has_its_name_in_llama_cpp()
    {
        BytePairTokenizerData data = BytePairTokenizerReader.Read(GoldenTokenizerTests.FolderOf(SmolLm2));
        Assert.Equal(PreTokenizerKind.SmolLm, data.PreTokenizerKind);
        Assert.Contains(GgufTokenizer.Of(data, TinyShape.Llama with { VocabularySize = 49152 }, ""),
            e => e is { Key: "tokenizer.ggml.pre", Value: "smollm" });
    }

    /// <summary>The frame of DeepSeek-R1-Distill-Qwen: Qwen's words, Llama's form of tokens before a text.</summary>
    [Fact]
    public void DeepSeeks_distilled_Qwen_has_a_begin_of_sequence_token_before_every_text()
    {
        using var folder = new TokenizerFolder("qwen2-tiny");
        folder.Change("tokenizer.json", root =>
        {
            root["post_processor"] = System.Text.Json.Nodes.JsonNode.Parse("""
                {
                  "type": "TemplateProcessing",
                  "single": [{"SpecialToken": {"id": "<|endoftext|>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                  "pair": [],
                  "special_tokens": {"<|endoftext|>": {"id": "<|endoftext|>", "ids": [984], "tokens": ["<|endoftext|>"]}}
                }
                """);
        });
        ITokenizer tokenizer = TokenizerLoader.Load(folder.Path);
        int[] plain = tokenizer.Encode("1 + 23");
        Assert.Equal([984, .. plain], tokenizer.EncodeWithSpecialTokens("1 + 23"));
        Assert.Equal(PreTokenizerKind.Qwen2, BytePairTokenizerReader.Read(folder.Path).PreTokenizerKind);
    }
}
