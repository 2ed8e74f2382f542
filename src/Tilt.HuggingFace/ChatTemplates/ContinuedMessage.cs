using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates;

/// <summary>
/// Ends a rendered text with the last message's content: the content is rendered with a mark behind it, at which the text is cut.
/// Searching for the content itself would find it elsewhere, in the token that ends the turn for example.
/// </summary>
internal static class ContinuedMessage
{
    // Characters that no model knows, and a space, by which a template that trims is told from one that does not.
    private const string Mark = "\uE0C3\uE0F7\uE0C3", Spaced = Mark + " ";

    /// <summary>The conversation with the mark.</summary>
    /// <exception cref="InputException">The last message has no text.</exception>
    public static IReadOnlyList<ChatMessage> Marked(IReadOnlyList<ChatMessage> messages)
    {
        if (messages.Count == 0) throw new InputException("There is no message to go on with.");
        object? content = messages[^1].Value.TryGet("content", out object? value) ? value : null;
        object? marked = content is string text ? text + Spaced : content is ListValue parts ? MarkedPart(parts) : null;
        if (marked is null) throw new InputException("The last message has no text to go on with.");
        return [.. messages.Take(messages.Count - 1), messages[^1].WithContent(marked)];
    }

    /// <summary>The rendered text up to the mark.</summary>
    /// <exception cref="InputException">The template does not write the last message.</exception>
    public static RenderedChat Cut(RenderedChat chat)
    {
        int at = chat.Text.LastIndexOf(Mark, StringComparison.Ordinal);
        if (at < 0)
            throw new InputException(
                "The chat template does not write the last message as it stands, so that no text ends with it (continue_final_message).");
        bool trimmed = !chat.Text.AsSpan(at).StartsWith(Spaced);
        string text = trimmed ? PythonText.TrimEnd(chat.Text.AsSpan(0, at)).ToString() : chat.Text[..at];
        return new(text,
            [.. chat.AssistantRanges.Where(range => range.Start.Value < text.Length)
                .Select(range => range.Start..Math.Min(range.End.Value, text.Length))]);
    }

    // The last part that has a text.
    private static ListValue? MarkedPart(ListValue parts)
    {
        object?[] items = [.. parts.Items];
        for (int i = items.Length - 1; i >= 0; i--)
        {
            if (items[i] is not DictValue part || !part.TryGet("text", out object? value) || value is not string text) continue;
            var marked = new DictValue(part.Count);
            foreach ((object? key, object? old) in part.Entries) marked.Set(key, key is "text" ? text + Spaced : old);
            items[i] = marked;
            return new(items);
        }
        return null;
    }
}
