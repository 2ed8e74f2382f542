namespace Tilt.Tasks.Embedded;

/// <summary>The ways in which the embedded task's corpus answers.</summary>
public enum ResponseStyle
{
    /// <summary>One operation a sentence: reliable, long, unlikely.</summary>
    Careful,

    /// <summary>A running chain that does several operations at once: often wrong on hard problems.</summary>
    Hurried,

    /// <summary>Nothing but the boxed answer: a guess.</summary>
    Direct,

    /// <summary>No answer.</summary>
    GiveUp,

    /// <summary>None of the four: a response that was cut off, or mixes styles.</summary>
    Other,
}

/// <summary>Recognises the style of a response from its text.</summary>
public static class ResponseStyles
{
    /// <summary>The style of a response's text.</summary>
    /// <remarks>
    /// Working with one operation in the first sentence is careful, any other working is hurried; on level 1, where the whole
    /// working is one operation, <c>2+3=5. Thus \boxed{5}</c> may come from either style and counts as careful.
    /// </remarks>
    /// <param name="text">The response without special tokens.</param>
    public static ResponseStyle Classify(string text)
    {
        if (!text.Contains('=')) return ClassifyWithoutWorking(text);
        if (!text.EndsWith('}')) return ResponseStyle.Other;
        int stop = text.IndexOf('.', StringComparison.Ordinal);
        if (stop < 0) return ResponseStyle.Hurried;
        string sentence = text[..stop];
        bool oneOperation = OperationsIn(sentence) == 1 && sentence.Count(c => c == '=') == 1;
        return oneOperation ? ResponseStyle.Careful : ResponseStyle.Hurried;
    }

    // A sign that follows no digit belongs to a negative number.
    private static int OperationsIn(string sentence)
    {
        int count = 0;
        for (int i = 1; i < sentence.Length; i++)
            if (sentence[i] is '+' or '-' or '*' && char.IsAsciiDigit(sentence[i - 1])) count++;
        return count;
    }

    private static ResponseStyle ClassifyWithoutWorking(string text)
    {
        if (!text.Any(char.IsAsciiDigit)) return ResponseStyle.GiveUp;
        bool onlyBox = text.StartsWith(Phrases.Box, StringComparison.Ordinal)
            && text.IndexOf(Phrases.BoxEnd, StringComparison.Ordinal) == text.Length - 1;
        return onlyBox ? ResponseStyle.Direct : ResponseStyle.Other;
    }
}
