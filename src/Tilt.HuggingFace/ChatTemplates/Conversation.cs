namespace Tilt.HuggingFace.ChatTemplates;

/// <summary>What all chat formats do with conversations.</summary>
internal static class Conversation
{
    /// <summary>The name of a role as templates write it.</summary>
    public static string NameOf(ChatRole role) => role switch
    {
        ChatRole.System => "system",
        ChatRole.User => "user",
        _ => "assistant",
    };

    /// <summary>Templates look at the first message, so that there has to be one.</summary>
    public static void RequireMessage(IReadOnlyList<ChatMessage> messages)
    {
        if (messages.Count == 0) throw new InputException("A conversation has no messages; at least one is needed.");
    }

    /// <summary>The text without white space at both ends, as Jinja's and Python's strip understand it: also without the separators U+001C to U+001F.</summary>
    public static ReadOnlySpan<char> Trim(string text)
    {
        (int start, int end) = (0, text.Length);
        while (start < end && IsSpace(text[start])) start++;
        while (end > start && IsSpace(text[end - 1])) end--;
        return text.AsSpan(start, end - start);
    }

    private static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001C' and <= '\u001F';
}
