using CsCheck;
using Tilt.HuggingFace.Tokenizers;
using Tilt.HuggingFace.Tokenizers.PreTokenization;

namespace Tilt.HuggingFace.Tests.Tokenizers;

public sealed class WordEncoderTests
{
    [Fact]
    public void Merges_are_taken_in_the_order_of_their_rank_and_from_the_left()
    {
        // Random merges over few letters, so that many of them overlap.
        Gen<(int Left, int Right)[]> merges = Gen.Select(Gen.Int[0, 1000], Gen.Int[0, 1000]).Array[0, 40];
        Gen<string> words = Gen.Char["abc"].Array[1, 40].Select(letters => new string(letters));
        Gen.Select(merges, words.Array[1, 5], Gen.Bool).Sample((picks, texts, ignoreMerges) =>
        {
            BytePairTokenizerData data = WithMerges(picks) with { IgnoreMerges = ignoreMerges };
            var encoder = new WordEncoder(data);
            // Twice, for the second time the words are remembered.
            foreach (string text in texts.Concat(texts))
            {
                var ids = new List<int>();
                encoder.Encode(text, ids);
                Assert.Equal(Naive(data, text), ids);
            }
        }, iter: 800, seed: "0000000000000");
    }

    [Fact]
    public void A_word_of_a_quarter_million_letters_is_encoded()
    {
        BytePairTokenizerData data = WithMerges([(97, 97), (256, 256), (257, 257)]);
        var ids = new List<int>();
        new WordEncoder(data).Encode(new string('a', 250_003), ids);
        Assert.Equal(31_250 + 2, ids.Count);
        Assert.All(ids.Take(31_250), id => Assert.Equal(258, id));
        Assert.Equal([256, 97], ids.Skip(31_250));
    }

    [Fact]
    public void A_byte_without_a_token_is_named()
    {
        BytePairTokenizerData data = WithMerges([]);
        data = data with { Tokens = [.. data.Tokens.Select((token, id) => id == 0xC3 ? null : token)] };
        Assert.Contains("0xC3", Assert.Throws<FormatException>(() => new WordEncoder(data).Encode("é", [])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Threads_that_share_a_tokenizer_get_the_same_ids()
    {
        BytePairTokenizerData data = WithMerges([(97, 98), (256, 99), (99, 97)]);
        var encoder = new WordEncoder(data);
        string[] words = [.. Enumerable.Range(0, 3000)
            .Select(i => new string([.. Enumerable.Range(0, 8).Select(digit => (char)('a' + i / (int)Math.Pow(3, digit) % 3))]))];
        Parallel.For(0, 4, _ =>
        {
            foreach (string word in words)
            {
                var ids = new List<int>();
                encoder.Encode(word, ids);
                Assert.Equal(Naive(data, word), ids);
            }
        });
    }

    /// <summary>Bytes are their own ids; every pick names two of the tokens so far, whose union is a new one unless it exists.</summary>
    internal static BytePairTokenizerData WithMerges((int Left, int Right)[] picks)
    {
        List<string> tokens = [.. Enumerable.Range(0, 256).Select(value => ByteAlphabet.CharacterOf((byte)value).ToString())];
        List<int> usable = ['a', 'b', 'c'];
        var merges = new List<TokenMerge>();
        foreach ((int l, int r) in picks)
        {
            int left = l is >= 97 and <= 99 or >= 256 && l < tokens.Count ? l : usable[l % usable.Count],
                right = r is >= 97 and <= 99 or >= 256 && r < tokens.Count ? r : usable[r % usable.Count];
            string union = tokens[left] + tokens[right];
            if (union.Length > 12) continue;
            int merged = tokens.IndexOf(union);
            if (merged < 0)
            {
                merged = tokens.Count;
                tokens.Add(union);
                usable.Add(merged);
            }
            merges.Add(new(left, right, merged));
        }
        return new() { Tokens = tokens, Merges = merges, AddedTokens = [], PreTokenizer = [new PreTokenizerStep.ByteLevel(false, false)] };
    }

    private static List<int> Naive(BytePairTokenizerData data, string text)
    {
        if (data.IgnoreMerges && data.Tokens.ToList().IndexOf(text) is >= 0 and var whole) return [whole];
        List<int> ids = [.. text.Select(c => (int)c)];
        while (true)
        {
            (int rank, int at) best = (int.MaxValue, -1);
            for (int i = 0; i + 1 < ids.Count; i++)
            {
                int rank = data.Merges.ToList().FindLastIndex(merge => merge.Left == ids[i] && merge.Right == ids[i + 1]);
                if (rank >= 0 && rank < best.rank) best = (rank, i);
            }
            if (best.at < 0) return ids;
            ids[best.at] = data.Merges[best.rank].Merged;
            ids.RemoveAt(best.at + 1);
        }
    }
}
