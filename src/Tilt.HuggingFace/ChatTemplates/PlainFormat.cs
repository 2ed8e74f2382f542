namespace Tilt.HuggingFace.ChatTemplates;

/// <summary>No format: the messages' texts one after the other with nothing between them. For base models.</summary>
public sealed class PlainFormat : IChatFormat
{
    /// <inheritdoc/>
    public string Name => "none";

    /// <inheritdoc/>
    public string? TurnEnd => null;

    /// <inheritdoc/>
    public IReadOnlyList<string> SpecialTokens => [];

    /// <inheritdoc/>
    public string Render(IReadOnlyList<ChatMessage> messages, ChatOptions options)
    {
        Conversation.RequireMessage(messages);
        return string.Concat(messages.Select(message => message.Content));
    }
}
