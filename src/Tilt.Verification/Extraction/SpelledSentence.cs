using System.Globalization;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Extraction;

/// <summary>The value that the last sentence of a text states in words: "There are twenty-five such integers."</summary>
internal static class SpelledSentence
{
    private const int LongestSentence = 300, MostWords = 12;

    /// <summary>The one number in words of the last sentence, as a number; null where there is none, or another one beside it.</summary>
    /// <param name="text">The sentences.</param>
    /// <param name="from">Where the sentence may start: behind the last formula.</param>
    /// <param name="phrase">Whether "the answer is" stands before the text.</param>
    public static ExtractedAnswer Find(string text, int from, bool phrase)
    {
        int end = text.AsSpan().TrimEnd(" .!\n*").Length;
        int start = Math.Max(from, end == 0 ? 0 : text.AsSpan(0, end).LastIndexOfAny(".!?\n:") + 1);
        if (end - start is < 3 or > LongestSentence) return default;
        List<(int Start, int End)> words = Words(text, start, end);
        (int Start, int End, string Value)? found = null;
        for (int i = 0; i < words.Count; i++)
        {
            if (Longest(text, words, i) is not { } run) continue;
            if (found is not null) return default;
            found = (words[i].Start, words[i + run.Count - 1].End, run.Value);
            i += run.Count - 1;
        }

        if (found is not { Value.Length: > 0 } number) return default;
        // "The correct one" counts nothing.
        if (number.Value is "1" or "0" && number.End < end) return default;
        return Statement.Before(text, number.Start, phrase, out bool opens, out bool foreign) && !opens
            && Statement.After(text, number.End, opens, foreign)
            ? new(UnitBehind.Join(number.Value, text, number.End), ExtractionRule.LastNumber)
            : default;
    }

    private static (int Count, string Value)? Longest(string text, List<(int Start, int End)> words, int at)
    {
        for (int count = Math.Min(MostWords, words.Count - at); count > 0; count--)
        {
            int end = words[at + count - 1].End;
            string run = text[words[at].Start..end].ToLowerInvariant();
            if (run.AsSpan().IndexOfAny(",;()*") >= 0) continue;
            string sign = "";
            foreach (string word in (ReadOnlySpan<string>)["negative ", "minus "])
            {
                if (!run.StartsWith(word, StringComparison.Ordinal)) continue;
                (sign, run) = ("-", run[word.Length..]);
            }

            if (WordNumbers.SpelledFraction(run) is { } fraction)
                return (count, $"{sign}\\frac{{{fraction.Numerator}}}{{{fraction.Denominator}}}");
            if ((WordNumbers.Cardinal(run) ?? WordNumbers.Spelled(run)) is { } value)
                return (count, sign + value.ToString(CultureInfo.InvariantCulture));
        }

        // Any other word of a number makes something else of the sentence.
        return WordNumbers.IsNumberWord(text[words[at].Start..words[at].End].ToLowerInvariant()) ? (1, "") : null;
    }

    private static List<(int Start, int End)> Words(string text, int start, int end)
    {
        var words = new List<(int, int)>();
        int open = -1;
        for (int i = start; i <= end; i++)
        {
            bool part = i < end && (char.IsLetter(text[i]) || (text[i] is '-' or '\'' && open >= 0));
            if (part && open < 0) open = i;
            if (part || open < 0) continue;
            words.Add((open, i));
            open = -1;
        }

        return words;
    }
}
