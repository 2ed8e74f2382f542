namespace Tilt.Verification.Extraction;

/// <summary>An answer found in a text.</summary>
/// <param name="Text">The answer, or null.</param>
/// <param name="Rule">The rule that found it.</param>
public readonly record struct ExtractedAnswer(string? Text, ExtractionRule Rule);

/// <summary>
/// Finds the answer in a model's response. Rules in their order: the last balanced box, the text after <c>####</c>, the text after "the
/// answer is" and its like, the whole text when it is short and no prose, the last formula or number of the prose. Only the text after
/// the last <c>&lt;/think&gt;</c> counts; a thinking block that never ends holds no answer.
/// </summary>
public static class AnswerExtractor
{
    private const int MostJoinedBoxes = 64;

    private const int MostPhrases = 16;

    private const int LongestClause = 24_000;

    /// <summary>Extracts the answer of <paramref name="response"/>; linear in its length.</summary>
    public static ExtractedAnswer Extract(string response, VerifierOptions options)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(options);
        int start = AfterThinking(response);
        if (start < 0) return default;
        if (FindBox(response, start, options) is { } boxed) return boxed;
        string text = start == 0 ? response : response[start..];
        int turn = text.IndexOf("<|im_", StringComparison.Ordinal);
        if (turn >= 0) text = text[..turn];
        int hashes = text.LastIndexOf("####", StringComparison.Ordinal);
        if (hashes >= 0) return Found(FirstLine(text.AsSpan(hashes + 4)), ExtractionRule.Hashes);
        if (AfterAnswerPhrase(text) is { } phrase) return phrase;
        if (!Prose.IsProse(text)) return Found(text, ExtractionRule.Whole);
        if (!options.LastExpressionFallback) return default;
        return Prose.LastExpression(text.AsSpan(Math.Max(0, text.Length - 4 * options.Budget.MaxAnswerLength)).ToString());
    }

    /// <summary>Where the answer may start: after the last end of thinking; −1 when thinking never ends.</summary>
    private static int AfterThinking(string response)
    {
        int close = response.LastIndexOf("</think>", StringComparison.Ordinal);
        int open = response.LastIndexOf("<think>", StringComparison.Ordinal);
        if (open > close) return -1;
        return close < 0 ? 0 : close + 8;
    }

    private static ExtractedAnswer Found(ReadOnlySpan<char> text, ExtractionRule rule)
    {
        text = text.Trim();
        return text.IsEmpty ? default : new(text.ToString(), rule);
    }

    private static ReadOnlySpan<char> FirstLine(ReadOnlySpan<char> text)
    {
        text = text.TrimStart();
        int end = text.IndexOf('\n');
        return end < 0 ? text : text[..end];
    }

    private static ExtractedAnswer? FindBox(string response, int start, VerifierOptions options)
    {
        List<BoxFinder.Box> boxes = BoxFinder.FindAll(response, start, out bool unclosed);
        if (boxes.Count == 0) return unclosed ? default(ExtractedAnswer) : null;
        int first = options.Boxes == BoxSelection.All ? 0 : boxes.Count - 1;
        while (first > 0 && boxes.Count - first < MostJoinedBoxes && IsGlue(response.AsSpan(boxes[first - 1].End, boxes[first].Start - boxes[first - 1].End))) first--;
        if (first == boxes.Count - 1) return Found(Content(response, boxes[first]), ExtractionRule.Box);
        var parts = new List<string>();
        for (int i = first; i < boxes.Count && parts.Count < MostJoinedBoxes; i++)
        {
            string content = Content(response, boxes[i]).Trim().ToString();
            if (!parts.Contains(content)) parts.Add(content);
        }
        return parts.Count == 1 ? Found(parts[0], ExtractionRule.Box) : Found(string.Join(options.Boxes == BoxSelection.All ? ", " : " or ", parts), ExtractionRule.JoinedBoxes);
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
        foreach (string word in words.Split([' ', '\n', '\r', '\t', ',', ';', '$', '{', '}', '\\', '/', '|', '&', '.', ':', '!', '?', '-', '*'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.ToUpperInvariant() is not ("AND" or "OR" or "OU" or "ET" or "MAYBE" or "PERHAPS" or "ALSO")) return false;
        }
        return true;
    }

    /// <summary>What follows the last "answer is", "answer:" or "final answer".</summary>
    private static ExtractedAnswer? AfterAnswerPhrase(string text)
    {
        int end = text.Length;
        for (int attempt = 0; attempt < MostPhrases; attempt++)
        {
            end = text.AsSpan(0, end).LastIndexOf("nswer");
            if (end < 0) return null;
            if (Content(text.AsSpan(end + 5)) is { IsEmpty: false } rest) return Prose.FirstClause(rest[..Math.Min(rest.Length, LongestClause)].ToString());
        }
        return null;
    }

    private static ReadOnlySpan<char> Content(ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart("*_ \n\r\t");
        foreach (string verb in (ReadOnlySpan<string>)["is:", "is", "s are", ":", "=", "would be", "will be", "should be", "to the question is", "to this question is"])
        {
            if (!rest.StartsWith(verb, StringComparison.OrdinalIgnoreCase)) continue;
            ReadOnlySpan<char> content = rest[verb.Length..].TrimStart("* \n\r\t:_");
            if (verb is "is" && content.Length > 0 && char.IsLetter(rest[2])) continue;
            return content;
        }
        return [];
    }
}
