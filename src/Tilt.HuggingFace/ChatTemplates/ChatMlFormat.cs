using System.Text;

namespace Tilt.HuggingFace.ChatTemplates;

/// <summary>
/// ChatML: every message between <c>&lt;|im_start|&gt;role</c> and <c>&lt;|im_end|&gt;</c>, nothing added and nothing trimmed.
/// Qwen3-Instruct-2507 writes conversations without tools in just this way.
/// </summary>
/// <param name="name">The name that chooses the format.</param>
public sealed class ChatMlFormat(string name = "chatml") : IChatFormat
{
    internal const string Start = "<|im_start|>", End = "<|im_end|>";

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string? TurnEnd => End;

    /// <inheritdoc/>
    public IReadOnlyList<string> SpecialTokens => [Start, End];

    /// <inheritdoc/>
    public string Render(IReadOnlyList<ChatMessage> messages, ChatOptions options)
    {
        Conversation.RequireMessage(messages);
        var text = new StringBuilder();
        foreach (ChatMessage message in messages) AppendTurn(text, message.Role, message.Content);
        if (options.AddGenerationPrompt) AppendHeader(text, ChatRole.Assistant);
        return text.ToString();
    }

    internal static StringBuilder AppendHeader(StringBuilder text, ChatRole role) => text.Append(Start).Append(Conversation.NameOf(role)).Append('\n');

    internal static void AppendTurn(StringBuilder text, ChatRole role, string content) => AppendHeader(text, role).Append(content).Append(End).Append('\n');
}
