using System.Globalization;
using System.Runtime.CompilerServices;
using Tilt.HuggingFace.Tokenizers.Unicode;

namespace Tilt.HuggingFace.Tokenizers.PreTokenization;

/// <summary>
/// The pre-tokenizer of Llama 3 and Qwen2 written out: the same words as their regular expression, in one pass.
/// </summary>
/// <param name="digits">Most digits of a number: 3 for Llama 3, 1 for Qwen2.</param>
internal sealed class WordScanner(int digits) : PreTokenizer
{
    private enum Kind : byte
    {
        Letter,
        Number,
        Space,
        LineBreak,
        Other,
    }

    private static readonly Kind[] Ascii = [.. Enumerable.Range(0, 128).Select(c => Classify(c))];

    public override void Split(ReadOnlyMemory<char> text, List<ReadOnlyMemory<char>> words)
    {
        ReadOnlySpan<char> span = text.Span;
        for (int at = 0, end; at < span.Length; at = end)
        {
            end = EndOf(span, at);
            words.Add(text[at..end]);
        }
    }

    /// <summary>The end of the word that starts at a position.</summary>
    public int EndOf(ReadOnlySpan<char> text, int at)
    {
        Kind kind = KindAt(text, at, out int length);
        if (text[at] == '\'' && Contraction(text, at) is > 0 and var contraction) return at + contraction;
        int next = at + length;
        // [^\r\n\p{L}\p{N}]?\p{L}+
        if (kind == Kind.Letter) return Run(text, next, Kind.Letter);
        if (kind is not (Kind.Number or Kind.LineBreak) && next < text.Length && KindAt(text, next, out int second) == Kind.Letter)
            return Run(text, next + second, Kind.Letter);
        // \p{N}{1,3} or \p{N}
        if (kind == Kind.Number) return Run(text, next, Kind.Number, digits - 1);
        // " ?[^\s\p{L}\p{N}]+[\r\n]*"
        if (kind == Kind.Other) return Run(text, Run(text, next, Kind.Other), Kind.LineBreak);
        if (text[at] == ' ' && next < text.Length && KindAt(text, next, out second) == Kind.Other)
            return Run(text, Run(text, next + second, Kind.Other), Kind.LineBreak);
        return WhiteSpace(text, at);
    }

    // (?i:'s|'t|'re|'ve|'m|'ll|'d); the long s folds to s.
    private static int Contraction(ReadOnlySpan<char> text, int at)
    {
        if (at + 1 >= text.Length) return 0;
        char first = text[at + 1];
        if (first == '\u017F') return 2;
        switch (first | 0x20)
        {
            case 's' or 't' or 'm' or 'd':
                return 2;
            case 'r' or 'v' when at + 2 < text.Length && text[at + 2] is 'e' or 'E':
            case 'l' when at + 2 < text.Length && text[at + 2] is 'l' or 'L':
                return 3;
            default:
                return 0;
        }
    }

    // \s*[\r\n]+ | \s+(?!\S) | \s+
    private static int WhiteSpace(ReadOnlySpan<char> text, int at)
    {
        int end = at, breakEnd = -1, last = at;
        while (end < text.Length)
        {
            Kind kind = KindAt(text, end, out int length);
            if (kind is not (Kind.Space or Kind.LineBreak)) break;
            last = end;
            end += length;
            if (kind == Kind.LineBreak) breakEnd = end;
        }
        if (breakEnd > 0) return breakEnd;
        // The last space before a word belongs to what follows, unless it is the only one.
        return end == text.Length || last == at ? end : last;
    }

    private static int Run(ReadOnlySpan<char> text, int at, Kind kind, int most = int.MaxValue)
    {
        for (; most > 0 && at < text.Length && KindAt(text, at, out int length) == kind; most--) at += length;
        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Kind KindAt(ReadOnlySpan<char> text, int at, out int length)
    {
        length = 1;
        char c = text[at];
        return c < Ascii.Length ? Ascii[c] : Classify(CodePoint.At(text, at, out length));
    }

    private static Kind Classify(int point)
    {
        if (point is '\r' or '\n') return Kind.LineBreak;
        if (CodePoint.IsWhiteSpace(point)) return Kind.Space;
        return CodePoint.CategoryOf(point) switch
        {
            <= UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
            _ => Kind.Other,
        };
    }
}
