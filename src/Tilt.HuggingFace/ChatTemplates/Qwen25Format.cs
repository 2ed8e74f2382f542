namespace Tilt.HuggingFace.ChatTemplates;

/// <summary>Qwen2.5-Instruct without tools: ChatML, with a default system message where the conversation does not begin with one.</summary>
public sealed class Qwen25Format : IChatFormat
{
    private static readonly ChatMessage DefaultSystem = new(ChatRole.System, "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.");

    private readonly ChatMlFormat turns = new();

    /// <inheritdoc/>
    public string Name => "qwen2.5";

    /// <inheritdoc/>
    public string? TurnEnd => turns.TurnEnd;

    /// <inheritdoc/>
    public IReadOnlyList<string> SpecialTokens => turns.SpecialTokens;

    /// <inheritdoc/>
    public string Render(IReadOnlyList<ChatMessage> messages, ChatOptions options)
    {
        Conversation.RequireMessage(messages);
        return turns.Render(messages[0].Role == ChatRole.System ? messages : [DefaultSystem, .. messages], options);
    }
}
