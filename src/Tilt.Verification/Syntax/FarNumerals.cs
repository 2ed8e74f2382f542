namespace Tilt.Verification.Syntax;

/// <summary>
/// Numerals of Chinese, Japanese and Korean that go on behind a number: multipliers, parts, "more than". A number before one of them is not
/// the whole value.
/// </summary>
internal static class FarNumerals
{
    private const string Multipliers = "十百千万萬亿億兆半多余餘倍成割几십백천만억조배";

    /// <summary>Whether a word that follows a number begins with one.</summary>
    public static bool Multiplies(ReadOnlySpan<char> word) =>
        word.Length > 0 && Multipliers.Contains(word[0], StringComparison.Ordinal);
}
