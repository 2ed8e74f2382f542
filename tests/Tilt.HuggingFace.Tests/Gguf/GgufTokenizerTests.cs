using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Export;
using Tilt.HuggingFace.Gguf;
using Tilt.HuggingFace.Tests.Export;
using Tilt.HuggingFace.Tokenizers;

namespace Tilt.HuggingFace.Tests.Gguf;

public sealed class GgufTokenizerTests
{
    [Fact]
    public void A_folder_without_a_tokenizer_makes_a_file_without_one()
    {
        using var folder = new GoldenCopy("llama-untied-bf16");
        Assert.Equal("none", Export(folder).Entries["tokenizer.ggml.model"]);
    }

    [Fact]
    public void A_tokenizer_can_be_left_out()
    {
        using var folder = new GoldenCopy("qwen3");
        GgufFile file = Export(folder, new() { NoTokenizer = true });
        Assert.Equal("none", file.Entries["tokenizer.ggml.model"]);
        Assert.DoesNotContain("tokenizer.ggml.tokens", file.Entries.Keys);
    }

    [Fact]
    public void A_word_level_tokenizer_is_refused()
    {
        using var folder = new GoldenCopy("llama32");
        WordLevelTokenizerWriter.Write(folder.Model, ["<end>", "<pad>", "a"], "<end>", "<pad>", 16);
        string message = Refusal(folder);
        Assert.Contains("WordLevel", message, StringComparison.Ordinal);
        Assert.Contains("--no-tokenizer", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sentence_piece_model_is_refused()
    {
        using var folder = new GoldenCopy("llama-untied-bf16");
        File.WriteAllText(Path.Combine(folder.Model, "tokenizer.model"), "x");
        Assert.Contains("SentencePiece", Refusal(folder), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pre_tokenizer_that_llama_cpp_does_not_know_is_refused()
    {
        using var folder = new GoldenCopy("qwen3");
        folder.Edit("tokenizer.json", file => file["pre_tokenizer"]!["pretokenizers"]![0]!["pattern"]!["Regex"] = @"\s+|\S+");
        Assert.Contains("a pre-tokenizer of its own", Refusal(folder), StringComparison.Ordinal);
    }

    [Fact]
    public void Llama_3_without_ignore_merges_has_the_name_of_its_like_without()
    {
        using var folder = new GoldenCopy("llama32");
        folder.Edit("tokenizer.json", file => file["model"]!["ignore_merges"] = false);
        Assert.Equal("smaug-bpe", Export(folder).Entries["tokenizer.ggml.pre"]);
    }

    [Fact]
    public void Qwen_with_ignore_merges_is_refused()
    {
        using var folder = new GoldenCopy("qwen25");
        folder.Edit("tokenizer.json", file => file["model"]!["ignore_merges"] = true);
        Assert.Contains("ignore_merges true", Refusal(folder), StringComparison.Ordinal);
    }

    [Fact]
    public void More_tokens_than_rows_are_refused()
    {
        using var folder = new GoldenCopy("qwen3");
        BytePairTokenizerData tokenizer = BytePairTokenizerReader.Read(folder.Model);
        ModelConfiguration model = ModelConfigurationReader.Read(folder.Model) with { VocabularySize = 1000 };
        string message = Assert.Throws<InputException>(() => GgufTokenizer.Of(tokenizer, model, folder.Model).ToArray()).Message;
        Assert.Contains("ids up to 1009", message, StringComparison.Ordinal);
        Assert.Contains("1000 rows", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_frame_that_llama_cpp_cannot_make_is_refused()
    {
        using var folder = new GoldenCopy("llama32");
        BytePairTokenizerData tokenizer = BytePairTokenizerReader.Read(folder.Model);
        ModelConfiguration model = ModelConfigurationReader.Read(folder.Model);
        int begin = tokenizer.BeginOfSequenceId!.Value, end = tokenizer.EndOfSequenceIds[0];
        Assert.Contains("before a text", Refusal(tokenizer with { Prefix = [begin, begin] }), StringComparison.Ordinal);
        Assert.Contains("before a text", Refusal(tokenizer with { Prefix = [end] }), StringComparison.Ordinal);
        Assert.Contains("after a text", Refusal(tokenizer with { Suffix = [begin] }), StringComparison.Ordinal);
        Assert.Contains(GgufTokenizer.Of(tokenizer with { Suffix = [end] }, model, ""),
            e => e is { Key: "tokenizer.ggml.add_eos_token", Value: true });
        Assert.Contains(GgufTokenizer.Of(tokenizer with { Prefix = [end], BeginOfSequenceId = null }, model, ""),
            e => e.Key == "tokenizer.ggml.bos_token_id" && e.Value.Equals((uint)end));

        string Refusal(BytePairTokenizerData changed) =>
            Assert.Throws<InputException>(() => GgufTokenizer.Of(changed, model, "").ToArray()).Message;
    }

    private static GgufFile Export(GoldenCopy folder, GgufExportOptions? options = null)
    {
        using (MergedModel model = MergedModel.Open(folder.Model)) folder.WriteGguf(model, "out.gguf", options);
        return GgufFile.Read(folder.Beside("out.gguf"));
    }

    private static string Refusal(GoldenCopy folder)
    {
        string message = Assert.Throws<InputException>(() => Export(folder)).Message;
        Assert.Empty(folder.Others());
        return message;
    }
}
