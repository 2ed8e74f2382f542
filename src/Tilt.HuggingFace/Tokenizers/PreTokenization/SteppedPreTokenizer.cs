using System.Globalization;
using Tilt.HuggingFace.Tokenizers.Unicode;

namespace Tilt.HuggingFace.Tokenizers.PreTokenization;

/// <summary>A pre-tokenizer that takes its steps one after the other, as Hugging Face's tokenizers library does.</summary>
internal sealed class SteppedPreTokenizer : PreTokenizer
{
    private readonly Step[] _steps;

    /// <exception cref="FormatException">A regular expression uses something that is not supported.</exception>
    public SteppedPreTokenizer(IReadOnlyList<PreTokenizerStep> steps) => this._steps = [.. steps.Select(Prepare)];

    private delegate void Step(ReadOnlyMemory<char> piece, List<ReadOnlyMemory<char>> pieces);

    public override void Split(ReadOnlyMemory<char> text, List<ReadOnlyMemory<char>> words)
    {
        List<ReadOnlyMemory<char>> pieces = [text];
        foreach (Step step in _steps)
        {
            var next = new List<ReadOnlyMemory<char>>();
            foreach (ReadOnlyMemory<char> piece in pieces)
                if (!piece.IsEmpty) step(piece, next);
            pieces = next;
        }
        words.AddRange(pieces.Where(piece => !piece.IsEmpty));
    }

    private static Step Prepare(PreTokenizerStep step)
    {
        switch (step)
        {
            case PreTokenizerStep.Split split:
                Func<ReadOnlySpan<char>, List<SplitMatch>> find =
                    split.IsRegex ? SplitPattern.Parse(split.Pattern).Find : text => FindLiteral(text, split.Pattern);
                return (piece, pieces) => SplitMatch.Apply(find(piece.Span), piece.Length, split.Behavior, split.Invert, piece, pieces);
            case PreTokenizerStep.Digits digits:
                SplitBehavior behavior = digits.Individual ? SplitBehavior.Isolated : SplitBehavior.Contiguous;
                return (piece, pieces) => SplitMatch.Apply(FindDigits(piece.Span), piece.Length, behavior, invert: false, piece, pieces);
            case PreTokenizerStep.ByteLevel bytes:
                SplitPattern? pattern = bytes.UseRegex ? SplitPattern.Parse(WellKnownPatterns.Gpt2) : null;
                return (piece, pieces) =>
                {
                    if (bytes.AddPrefixSpace && piece.Span[0] != ' ') piece = string.Concat(" ", piece.Span).AsMemory();
                    if (pattern is null) pieces.Add(piece);
                    else SplitMatch.Apply(pattern.Find(piece.Span), piece.Length, SplitBehavior.Isolated, invert: false, piece, pieces);
                };
            default:
                throw new FormatException($"The step {step} is not supported.");
        }
    }

    private static List<SplitMatch> FindLiteral(ReadOnlySpan<char> text, string literal)
    {
        var matches = new List<SplitMatch>();
        if (literal.Length == 0) return matches;
        for (int at = 0, found; (found = text[at..].IndexOf(literal, StringComparison.Ordinal)) >= 0; at += found + literal.Length)
            matches.Add(new(at + found, at + found + literal.Length));
        return matches;
    }

    private static List<SplitMatch> FindDigits(ReadOnlySpan<char> text)
    {
        var matches = new List<SplitMatch>();
        for (int at = 0, length; at < text.Length; at += length)
            if (CodePoint.CategoryOf(CodePoint.At(text, at, out length)) is UnicodeCategory.DecimalDigitNumber
                or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber)
                matches.Add(new(at, at + length));
        return matches;
    }
}
