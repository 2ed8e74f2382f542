using System.Text.Json;
using CsCheck;
using Tilt.HuggingFace.Tokenizers.Unicode;

namespace Tilt.HuggingFace.Tests.Tokenizers;

public sealed class CanonicalCompositionTests
{
    private readonly CanonicalComposition _composition = new();

    [Fact]
    public void Random_texts_of_all_planes_become_what_the_reference_makes_of_them()
    {
        foreach (string line in File.ReadLines(GoldenModel.FolderOf(Path.Combine("tokenizers", "nfc.jsonl"))))
        {
            string[] pair = JsonSerializer.Deserialize<string[]>(line)!;
            Assert.Equal(pair[1], Normalize(pair[0]));
        }
    }

    [Theory]
    [InlineData("e\u0301", "é")]
    [InlineData("\u212B", "Å")] // a singleton
    [InlineData("\u1E0B\u0323", "\u1E0D\u0307")] // marks change places before they combine
    [InlineData("a\u0301\u0301", "á\u0301")] // the second mark is blocked
    [InlineData("a\u0338\u0301", "á\u0338")] // a mark of a lower class is not in the way
    [InlineData("\u0915\u093C", "\u0915\u093C")] // excluded from composition
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\u1100\u1161\u11A8", "각")]
    [InlineData("가\u11A8", "각")]
    [InlineData("각\u11A8", "각\u11A8")]
    [InlineData("x\u0301 e\u0301 \uD834\uDD5E", "x\u0301 é \uD834\uDD57\uD834\uDD65")] // a musical note, which is never put together
    [InlineData("", "")]
    public void Known_texts_have_their_normal_form(string text, string expected) => Assert.Equal(expected, Normalize(text));

    [Fact]
    public void Normalising_twice_changes_nothing() =>
        Gen.OneOf(Gen.Int[0x41, 0x5A], Gen.Int[0x300, 0x345], Gen.Int[0x1100, 0x1200], Gen.Int[0xAC00, 0xAC20],
            Gen.Int[0x900, 0xE00]).Array[0, 12].Sample(points =>
            {
                string once = Normalize(string.Concat(points.Select(char.ConvertFromUtf32)));
                Assert.Equal(once, Normalize(once));
            }, iter: 20_000, seed: "0000000000000");

    [Fact]
    public void A_hundred_thousand_marks_on_one_letter_are_put_in_order()
    {
        string text = "a" + string.Concat(Enumerable.Range(0, 100_000).Select(i => i % 2 == 0 ? '\u0301' : '\u0323'));
        string normalized = Normalize(text);
        Assert.Equal("ạ" + new string('\u0323', 49_999) + new string('\u0301', 50_000), normalized);
    }

    private string Normalize(string text) => _composition.Normalize(text.AsMemory()).ToString();
}
