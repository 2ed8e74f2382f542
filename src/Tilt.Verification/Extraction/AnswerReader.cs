using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Extraction;

/// <summary>Reads an extracted answer: delimiters off, doubled backslashes made single, then words or mathematics.</summary>
internal static class AnswerReader
{
    /// <summary>The text without delimiters, boxes of its own and sentence punctuation.</summary>
    public static string Clean(string answer)
    {
        answer = UnicodeForms.Normalize(answer);
        ReadOnlySpan<char> text = answer.AsSpan().Trim();
        if (text.Length > 1 && text[^1] == '.' && text[^2] != '.') text = text[..^1].TrimEnd();
        text = WithoutQuotes(text.Trim("∴⇒✓✔✅∎□■☑ "));
        if (text.IndexOfAny('$', '\\', '*') < 0) return text.Length == answer.Length ? answer : text.ToString();
        string clean = text.ToString();
        if (HasDoubledCommands(clean)) clean = clean.Replace("\\\\", "\\", StringComparison.Ordinal);
        if (clean.Contains('$')) clean = GoesOnInAnotherFormula(clean) ? "" : RemoveDollars(clean);
        if (clean.StartsWith("**", StringComparison.Ordinal) && clean.EndsWith("**", StringComparison.Ordinal) && clean.Length > 4)
            clean = clean[2..^2];
        return clean.Trim();
    }

    /// <summary>The text without quotation marks around the whole of it.</summary>
    private static ReadOnlySpan<char> WithoutQuotes(ReadOnlySpan<char> text)
    {
        const string Opening = "\"'`“‘«「";
        const string Closing = "\"'`”’»」";
        if (text.Length > 4 && text.StartsWith("``") && text.EndsWith("''")) text = text[2..^2].Trim();
        while (text.Length > 2 && Opening.IndexOf(text[0]) is >= 0 and var kind && text[^1] == Closing[kind]
            && text[1..^1].IndexOf(text[0]) < 0)
            text = text[1..^1].Trim();
        return text;
    }

    /// <summary>Whether commands were escaped twice, as in <c>\\frac</c>: never inside of an environment, whose rows end so.</summary>
    private static bool HasDoubledCommands(string text)
    {
        int at = text.IndexOf("\\\\", StringComparison.Ordinal);
        if (at < 0) return false;
        if (text.Contains("\\begin", StringComparison.Ordinal) && !text.Contains("\\\\begin", StringComparison.Ordinal)) return false;
        return at + 2 < text.Length && (char.IsAsciiLetter(text[at + 2]) || text[at + 2] is '(' or '[' or '{');
    }

    /// <summary>
    /// Whether a formula right behind another begins with a sign of operation, as in <c>$5$ $-3$</c>: read as one they would be a value
    /// that neither states.
    /// </summary>
    private static bool GoesOnInAnotherFormula(ReadOnlySpan<char> text)
    {
        text = text.Trim("$ \n");
        while (true)
        {
            int close = text.IndexOf('$');
            if (close < 0) return false;
            ReadOnlySpan<char> next = text[(close + 1)..].TrimStart(" \n");
            if (next.Length > 1 && next[0] == '$')
            {
                ReadOnlySpan<char> formula = next[1..].TrimStart(" $\n");
                if (formula.Length > 0 && "+-−±*/^_!=<>·".Contains(formula[0], StringComparison.Ordinal)) return true;
                if (formula.StartsWith("\\pm") || formula.StartsWith("\\mp") || formula.StartsWith("\\cdot")
                    || formula.StartsWith("\\times")
                    || formula.StartsWith("\\div") || formula.StartsWith("\\-"))
                    return true;
            }

            text = text[(close + 1)..];
        }
    }

    /// <summary>Dollar signs in pairs are delimiters, one before a number is money.</summary>
    private static string RemoveDollars(string text)
    {
        int count = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '$' && (i == 0 || text[i - 1] != '\\')) count++;
        }
        if (count == 0) return text;
        var result = new System.Text.StringBuilder(text.Length);
        bool first = true;
        for (int i = 0; i < text.Length; i++)
        {
            bool delimiter = text[i] == '$' && (i == 0 || text[i - 1] != '\\');
            bool money = delimiter && (count & 1) != 0 && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]) && first;
            first &= !delimiter;
            result.Append(delimiter && !money ? ' ' : text[i]);
        }
        return result.ToString();
    }

    /// <summary>The expression tree, or null when the text is neither words nor mathematics.</summary>
    public static Node? Read(string clean, WorkMeter meter, bool commasSeparate, out bool ambiguousComma)
    {
        ambiguousComma = false;
        if (clean.Length == 0) return null;
        if (clean.Length > meter.Budget.MaxAnswerLength) throw new OverBudgetException("length of the answer");
        if (TextAnswer.TryRead(clean) is { } words) return words.Length == 0 ? null : Node.Named(NodeKind.Text, words);
        var tokenizer = new Tokenizer(BaseSpelling.Plain(clean), meter, commasSeparate);
        List<Token> tokens = tokenizer.Run();
        ambiguousComma = tokenizer.AmbiguousComma;
        return Parser.Parse(tokens, meter);
    }
}
