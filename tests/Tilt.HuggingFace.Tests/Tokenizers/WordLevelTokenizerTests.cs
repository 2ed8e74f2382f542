using CsCheck;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Rollouts;
using Tilt.Tasks.Embedded;

namespace Tilt.HuggingFace.Tests.Tokenizers;

public sealed class WordLevelTokenizerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tokenizer").FullName;
    private readonly ITokenizer _tokenizer;

    public WordLevelTokenizerTests()
    {
        WordLevelTokenizerWriter.Write(_folder, EmbeddedVocabulary.Tokens, EmbeddedVocabulary.End, EmbeddedVocabulary.Padding, 192);
        _tokenizer = TokenizerLoader.Load(_folder);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Any_sequence_of_tokens_is_read_back_as_it_was() =>
        Gen.Int[0, _tokenizer.VocabularySize - 1].Array[0, 60]
            .Sample(ids => Assert.Equal(ids, _tokenizer.Encode(_tokenizer.Decode(ids))), iter: 5000, seed: "0000000000000");

    [Fact]
    public void No_token_begins_another() =>
        Assert.DoesNotContain(EmbeddedVocabulary.Tokens,
            token => EmbeddedVocabulary.Tokens.Any(other => other != token && other.StartsWith(token, StringComparison.Ordinal)));

    [Fact]
    public void Documents_of_the_corpus_come_back_as_they_were_and_fit_the_limits()
    {
        var corpus = new Corpus(new CorpusMixture(), 7);
        for (uint i = 0; i < 3000; i++)
        {
            var document = corpus[i];
            int[] prompt = _tokenizer.Encode(document.Prompt), response = _tokenizer.Encode(document.Response);
            Assert.Equal(document.Prompt, _tokenizer.Decode(prompt));
            Assert.Equal(document.Response, _tokenizer.Decode(response));
            Assert.InRange(1 + prompt.Length, 1, 40);
            Assert.InRange(response.Length + 1, 2, EmbeddedProblems.MaxNewTokens);
        }
    }

    [Fact]
    public void Wordings_of_the_prompt_and_of_the_response_share_tokens_for_numbers_and_signs()
    {
        Assert.Equal(["Q: ", "1", "2", "+", "3", "*", "4", " A: "],
            _tokenizer.Encode("Q: 12+3*4 A: ").Select(id => EmbeddedVocabulary.Tokens[id]));
        Assert.Equal(["1", "2", "+", "3", "*", "4", "=", "2", "4", "\\boxed{", "2", "4", "}"],
            _tokenizer.Encode("12+3*4=24\\boxed{24}").Select(id => EmbeddedVocabulary.Tokens[id]));
    }

    [Fact]
    public void A_prompt_begins_with_the_end_token()
    {
        int[] prompt = EmbeddedProblems.Prompt(new Problem("p", "1+2", "3"), _tokenizer);
        Assert.Equal("<end>Q: 1+2 A: ", _tokenizer.Decode(prompt));
        Assert.Equal("Q: 1+2 A: ", _tokenizer.Decode(prompt, skipSpecialTokens: true));
        Assert.Equal(0, _tokenizer.BeginOfSequenceId);
        Assert.Equal([0], _tokenizer.EndOfSequenceIds);
        Assert.Equal(88, _tokenizer.VocabularySize);
    }

    [Fact]
    public void Unknown_text_is_refused_and_quoted() =>
        Assert.Contains("'elephants'", Assert.Throws<FormatException>(() => _tokenizer.Encode("12+elephants")).Message);

    [Fact]
    public void An_id_outside_the_vocabulary_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => _tokenizer.Decode([88]));

    [Theory]
    [InlineData("\"WordLevel\"", "\"BPE\"", "BPE")]
    [InlineData("\"Isolated\"", "\"Removed\"", "pre_tokenizer")]
    [InlineData("\"Fuse\"", "\"Metaspace\"", "decoder")]
    [InlineData("\"vocab\"", "\"words\"", "model.vocab")]
    [InlineData("\"<pad>\": 1", "\"<pad>\": -1", "<pad>")]
    [InlineData("\"0\": 2", "\"0\": 3", "id 3")]
    [InlineData("\"decoder\"", "decoder", "not valid JSON")]
    public void What_cannot_be_read_is_named(string old, string changed, string part)
    {
        string path = Path.Combine(_folder, "tokenizer.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace(old, changed, StringComparison.Ordinal));
        Assert.Contains(part, Assert.Throws<InputException>(() => TokenizerLoader.Load(_folder)).Message);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        File.Delete(Path.Combine(_folder, "tokenizer_config.json"));
        Assert.Contains("tokenizer_config.json", Assert.Throws<InputException>(() => TokenizerLoader.Load(_folder)).Message);
    }
}
