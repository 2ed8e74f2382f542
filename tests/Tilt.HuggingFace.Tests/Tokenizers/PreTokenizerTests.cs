using System.Text.RegularExpressions;
using CsCheck;
using Tilt.HuggingFace.Tokenizers.PreTokenization;

namespace Tilt.HuggingFace.Tests.Tokenizers;

public sealed class PreTokenizerTests
{
    private static readonly Gen<string> Texts = Gen.OneOf(
        OneOf("'", "'s", "'LL", "'vE", "'ſ", "'rx", " ", "  ", "\t", "\n", "\r\n", "\r", "\u00A0", "\u3000", "\u0085", "\u001F", "1", "12",
            "1234567", "٣", "Ⅷ", "²", "𝟙𝟚"),
        OneOf("a", "Word", "é", "e\u0301", "é", "漢字", "한", "𝒜𝓑", "🙂", "👩‍👧", "!", "...", "_", "\"", "#", "\u200B", "\uFEFF", "\u0E33",
            "ǅ", "ª"),
        Gen.Int[0, 0x10FFFF].Where(point => point is < 0xD800 or > 0xDFFF).Select(char.ConvertFromUtf32)).Array[0, 14]
        .Select(string.Concat);

    [Theory]
    [InlineData(WellKnownPatterns.Llama3)]
    [InlineData(WellKnownPatterns.Qwen2)]
    public void The_written_out_scanner_splits_as_its_regular_expression(string pattern)
    {
        PreTokenizer scanner = PreTokenizer.Create(Steps(pattern)), expression = new SteppedPreTokenizer(Steps(pattern));
        Assert.IsType<WordScanner>(scanner);
        Texts.Sample(text => Assert.Equal(Words(expression, text), Words(scanner, text)), iter: 30_000, seed: "0000000000000");
    }

    [Theory]
    [InlineData(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    [InlineData(@"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")]
    [InlineData(@"(?:ab|a)(?:bc|c)*|\s+?\S|(?>a+)b|[a-f&]{2,3}?|\S{2,}(?=!)")]
    [InlineData(@"(?:[ab]+c)+?d|(?:a|bc){2,3}|[^\x61-\x7a]|.|\n")]
    [InlineData(@"(?:a?b?c){1,3}|a{0}b|[\]^-]+|\$|\.")]
    public void Patterns_match_as_the_runtimes_own_expressions_do_within_the_basic_plane(string pattern)
    {
        SplitPattern own = SplitPattern.Parse(pattern);
        var reference = new Regex(pattern, RegexOptions.CultureInvariant);
        Gen<string> letters = OneOf("a", "b", "c", "d", "abc", "bc", "!", " ", "\n", "\r\n", "A", "é", "1", "12", "漢", "]", "^", "-", "$",
            ".", "'s").Array[0, 16].Select(string.Concat);
        letters.Sample(text => Assert.Equal(reference.Matches(text)
            .Select(match => new SplitMatch(match.Index, match.Index + match.Length)), own.Find(text)), iter: 5000, seed: "0000000000000");
    }

    [Theory]
    [InlineData(SplitBehavior.Removed, false, "the|final|countdown")]
    [InlineData(SplitBehavior.Isolated, false, "the|-|final|-|-|countdown")]
    [InlineData(SplitBehavior.MergedWithPrevious, false, "the-|final-|-|countdown")]
    [InlineData(SplitBehavior.MergedWithNext, false, "the|-final|-|-countdown")]
    [InlineData(SplitBehavior.Contiguous, false, "the|-|final|--|countdown")]
    [InlineData(SplitBehavior.Removed, true, "-|-|-")]
    public void Every_behaviour_does_with_matches_what_the_librarys_documentation_says(SplitBehavior behavior, bool invert, string expected)
    {
        foreach (bool isRegex in (bool[])[false, true])
        {
            var tokenizer = new SteppedPreTokenizer([new PreTokenizerStep.Split("-", isRegex, behavior, invert),
                new PreTokenizerStep.ByteLevel(false, false)]);
            Assert.Equal(expected.Split('|'), Words(tokenizer, "the-final--countdown"));
        }
    }

    [Fact]
    public void Letters_and_digits_beyond_the_basic_plane_are_letters_and_digits() =>
        Assert.Equal(["𝒜𝓑", "𝟙𝟚", "🙂"], Words(new SteppedPreTokenizer(Steps(@"\p{L}+|\p{N}+|[^\p{L}\p{N}]+")), "𝒜𝓑𝟙𝟚🙂"));

    [Theory]
    [InlineData("(", "without an end")]
    [InlineData("a)", "without an opening one")]
    [InlineData("*a", "nothing before it")]
    [InlineData("a**", "two quantifiers")]
    [InlineData("(?:a*)*", "may be empty")]
    [InlineData("(?<=a)b", "(?<=")]
    [InlineData("(?<name>a)", "(?<n")]
    [InlineData(@"\1", "\\1")]
    [InlineData(@"\b", "\\b")]
    [InlineData(@"\p{Han}", "Han")]
    [InlineData(@"\p{}", "property")]
    [InlineData("[a", "without an end")]
    [InlineData("[z-a]", "range")]
    [InlineData("[a&&b]", "intersection")]
    [InlineData("[[:alpha:]]", "bracket")]
    [InlineData("a{2,1}", "count")]
    [InlineData("a{99999}", "count")]
    [InlineData("(?:(?:(?:(?:){1000}){1000}){1000}){1000}", "too much")]
    [InlineData("(?:(?:ab){1000}){1000}", "too much")]
    [InlineData("(?i:ss)", "'ss'")]
    [InlineData("(?i:é)", "ASCII")]
    [InlineData(@"(?i:\p{Lu})", "letters")]
    [InlineData("\\", "backslash")]
    public void What_is_not_supported_is_refused_by_name(string pattern, string part) =>
        Assert.Contains(part, Assert.Throws<FormatException>(() => SplitPattern.Parse(pattern)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(@"(?:a+)+b", "a")]
    [InlineData(@"(?:a|a)+b", "a")]
    [InlineData(@"(?:a+a+)+b|x", "a")]
    public void A_pattern_that_backtracks_without_end_is_stopped(string pattern, string letter) =>
        Assert.Throws<InputException>(() => SplitPattern.Parse(pattern).Find(string.Concat(Enumerable.Repeat(letter, 2000))));

    [Theory]
    [InlineData(WellKnownPatterns.Llama3)]
    [InlineData(WellKnownPatterns.Gpt2)]
    public void Long_runs_of_anything_are_split_within_the_budget(string pattern)
    {
        SplitPattern own = SplitPattern.Parse(pattern);
        foreach (string unit in (string[])["a", " ", "\n", " \n", "!", "1", "'", "\u0301", "𝒜"])
        {
            string text = string.Concat(Enumerable.Repeat(unit, 100_000));
            Assert.Equal(text.Length, own.Find(text).Sum(match => match.End - match.Start));
        }
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static PreTokenizerStep[] Steps(string pattern) =>
        [new PreTokenizerStep.Split(pattern, true, SplitBehavior.Isolated, false), new PreTokenizerStep.ByteLevel(false, false)];

    private static string[] Words(PreTokenizer tokenizer, string text)
    {
        var words = new List<ReadOnlyMemory<char>>();
        tokenizer.Split(text.AsMemory(), words);
        return [.. words.Select(word => word.ToString())];
    }
}
