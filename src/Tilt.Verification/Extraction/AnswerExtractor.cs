using Tilt.Verification.Syntax;

namespace Tilt.Verification.Extraction;

/// <summary>An answer found in a text.</summary>
/// <param name="Text">The answer, or null.</param>
/// <param name="Rule">The rule that found it.</param>
public readonly record struct ExtractedAnswer(string? Text, ExtractionRule Rule);

/// <summary>
/// Finds the answer in a model's response. Rules in their order: the last balanced box, the last <c>&lt;answer&gt;</c> tag, the text after
/// <c>####</c>, the text after "the answer is" and its like, the whole text when it is short and no prose, the last formula or number of
/// the prose. Only the text after the last <c>&lt;/think&gt;</c> and before the end of the turn counts; a thinking block that never ends
/// holds no answer.
/// </summary>
public static class AnswerExtractor
{
    private const int MostJoinedBoxes = 64;

    /// <summary>Extracts the answer of <paramref name="response"/>; linear in its length.</summary>
    public static ExtractedAnswer Extract(string response, VerifierOptions options)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(options);
        int start = AfterThinking(response);
        if (start < 0) return default;
        string text = TurnEnd.Cut(UnicodeForms.Normalize(start == 0 ? response : response[start..]));
        ExtractedAnswer found = FindBox(text, options)
            ?? (Tagged(text) is not { } inside ? FromText(text, options)
                : FromText(inside, options) is { Text: { } tagged } ? new(tagged, ExtractionRule.Tag)
                : default);
        return found.Text is { } answer && LeadingSigns.AreTwo(answer) ? default : found;
    }

    private static ExtractedAnswer FromText(string text, VerifierOptions options)
    {
        if (HashMark.Find(text) is { } marked) return new(marked, ExtractionRule.Hashes);
        if (AnswerPhrases.Find(text) is { } phrase) return phrase;
        string plain = HashMark.WithoutHeadings(text);
        if (plain.Contains("**", StringComparison.Ordinal) && plain.AsSpan().IndexOfAnyInRange('0', '9') < 0
            && Sentence.BoldWord(plain) is { Text: not null } bold)
            return bold;
        if (!Prose.IsProse(plain)) return Found(WithoutLayout(plain), ExtractionRule.Whole);
        if (!options.LastExpressionFallback) return default;
        return Sentence.LastAnswer(text[Math.Max(0, text.Length - (4 * options.Budget.MaxAnswerLength))..]);
    }

    /// <summary>Where the answer may start: after the last end of thinking; −1 when thinking never ends.</summary>
    private static int AfterThinking(string response)
    {
        int close = response.LastIndexOf("</think>", StringComparison.Ordinal);
        int open = response.LastIndexOf("<think>", StringComparison.Ordinal);
        if (open > close) return -1;
        return close < 0 ? 0 : close + 8;
    }

    /// <summary>The content of the last <c>&lt;answer&gt;</c>, closed or at the end of the text.</summary>
    private static string? Tagged(string text)
    {
        const string Open = "<answer>";
        int at = text.LastIndexOf(Open, StringComparison.OrdinalIgnoreCase);
        if (at < 0) return null;
        int from = at + Open.Length;
        int close = text.IndexOf("</answer>", from, StringComparison.OrdinalIgnoreCase);
        return text[from..(close < 0 ? text.Length : close)].Trim();
    }

    /// <summary>A text without rules of dashes before it; none where a dash may be a bullet.</summary>
    private static ReadOnlySpan<char> WithoutLayout(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        while (text.StartsWith("---") || text.StartsWith("***") || text.StartsWith("==="))
        {
            int end = text.IndexOf('\n');
            if (end < 0 || text[..end].Trim(text[0]).Trim().Length > 0) break;
            text = text[(end + 1)..].TrimStart();
        }
        // A dash before a formula, or before another sign, is a bullet or a minus: nobody can tell.
        if (text.Length > 2 && text[0] is '-' or '–' or '•' && text[1] == ' ' && text[1..].TrimStart() is { IsEmpty: false } value
            && value[0] is '$' or '\\' or '-' or '−' or '+')
            return default;
        return text;
    }

    private static ExtractedAnswer Found(ReadOnlySpan<char> text, ExtractionRule rule)
    {
        text = text.Trim();
        return text.IsEmpty ? default : new(text.ToString(), rule);
    }

    private static ExtractedAnswer? FindBox(string response, VerifierOptions options)
    {
        List<BoxFinder.Box> boxes = BoxFinder.FindAll(response, 0, out bool unclosed);
        if (boxes.Count == 0) return unclosed ? default(ExtractedAnswer) : null;
        int first = options.Boxes == BoxSelection.All ? 0 : boxes.Count - 1;
        while (first > 0 && boxes.Count - first < MostJoinedBoxes
            && IsGlue(response.AsSpan(boxes[first - 1].End, boxes[first].Start - boxes[first - 1].End)))
            first--;
        if (first == boxes.Count - 1) return Found(Content(response, boxes[first]), ExtractionRule.Box);
        var parts = new List<string>();
        for (int i = first; i < boxes.Count && parts.Count < MostJoinedBoxes; i++)
        {
            string content = Content(response, boxes[i]).Trim().ToString();
            if (!parts.Contains(content)) parts.Add(content);
        }
        return parts.Count == 1
            ? Found(parts[0], ExtractionRule.Box)
            : Found(string.Join(options.Boxes == BoxSelection.All ? ", " : " or ", parts), ExtractionRule.JoinedBoxes);
    }

    private static ReadOnlySpan<char> Content(string response, BoxFinder.Box box) =>
        response.AsSpan(box.ContentStart, box.ContentEnd - box.ContentStart);

    /// <summary>Whether the text between two boxes only joins them: spaces, commas, dollar signs, "and", "or".</summary>
    private static bool IsGlue(ReadOnlySpan<char> between)
    {
        if (between.Length > 48) return false;
        string words = between.ToString().Replace("\\text", " ", StringComparison.Ordinal).Replace("\\quad", " ", StringComparison.Ordinal)
            .Replace("\\(", " ", StringComparison.Ordinal).Replace("\\)", " ", StringComparison.Ordinal)
            .Replace("\\[", " ", StringComparison.Ordinal).Replace("\\]", " ", StringComparison.Ordinal);
        foreach (string word in words.Split([' ', '\n', '\r', '\t', ',', ';', '$', '{', '}', '\\', '/', '|', '&', '.', ':', '!', '?', '-',
            '*'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.ToUpperInvariant()
                is not ("AND" or "OR" or "OU" or "ET" or "MAYBE" or "PERHAPS" or "ALSO" or "ODER" or "UND" or "O" or "Y" or "E" or "ИЛИ"
                    or "И" or "或" or "和" or "ALTERNATIVELY" or "POSSIBLY" or "EVEN"))
                return false;
        }
        return true;
    }
}
