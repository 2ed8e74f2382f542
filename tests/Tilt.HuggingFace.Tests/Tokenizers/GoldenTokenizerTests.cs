using System.Text.Json;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Rollouts;

namespace Tilt.HuggingFace.Tests.Tokenizers;

/// <summary>Ids and texts of Hugging Face's tokenizers library, byte for byte.</summary>
public sealed class GoldenTokenizerTests
{
    public static TheoryData<string> Names => ["llama3-tiny", "qwen2-tiny"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_text_has_the_ids_of_the_reference(string name)
    {
        ITokenizer tokenizer = TokenizerLoader.Load(FolderOf(name));
        int count = 0;
        foreach (JsonElement line in Lines(name, "encodings.jsonl"))
        {
            string text = line.GetProperty("text").GetString()!;
            Assert.Equal(Ids(line, "ids"), tokenizer.Encode(text));
            Assert.Equal(Ids(line, "ids_with_special"), tokenizer.EncodeWithSpecialTokens(text));
            count++;
        }
        Assert.True(count > 480);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_sequence_of_ids_has_the_text_of_the_reference(string name)
    {
        ITokenizer tokenizer = TokenizerLoader.Load(FolderOf(name));
        foreach (JsonElement line in Lines(name, "encodings.jsonl"))
        {
            Assert.Equal(line.GetProperty("decoded").GetString(), tokenizer.Decode(Ids(line, "ids")));
            Assert.Equal(line.GetProperty("decoded_skip_special").GetString(),
                tokenizer.Decode(Ids(line, "ids_with_special"), skipSpecialTokens: true));
        }
        foreach (JsonElement line in Lines(name, "decodings.jsonl"))
        {
            Assert.Equal(line.GetProperty("decoded").GetString(), tokenizer.Decode(Ids(line, "ids")));
            Assert.Equal(line.GetProperty("decoded_skip_special").GetString(), tokenizer.Decode(Ids(line, "ids"), skipSpecialTokens: true));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Tokens_decoded_one_by_one_give_the_same_text(string name)
    {
        ITokenizer tokenizer = TokenizerLoader.Load(FolderOf(name));
        foreach (JsonElement line in Lines(name, "decodings.jsonl"))
        {
            foreach (bool skip in (bool[])[false, true])
            {
                var decoder = new StreamingDecoder(tokenizer, skip);
                string text = string.Concat(Ids(line, "ids").Select(decoder.Append)) + decoder.Complete();
                Assert.Equal(line.GetProperty(skip ? "decoded_skip_special" : "decoded").GetString(), text);
            }
        }
    }

    [Fact]
    public void All_end_of_sequence_ids_are_there_and_the_tokenizers_own_is_first()
    {
        Assert.Equal([1017, 1009, 1016], TokenizerLoader.Load(FolderOf("llama3-tiny")).EndOfSequenceIds);
        Assert.Equal([986, 984], TokenizerLoader.Load(FolderOf("qwen2-tiny")).EndOfSequenceIds);
    }

    internal static string FolderOf(string name) => GoldenModel.FolderOf(Path.Combine("tokenizers", name));

    internal static IEnumerable<JsonElement> Lines(string name, string file) =>
        File.ReadLines(Path.Combine(FolderOf(name), file)).Select(line => JsonDocument.Parse(line).RootElement);

    private static int[] Ids(JsonElement line, string key) => line.GetProperty(key).Deserialize<int[]>()!;
}
