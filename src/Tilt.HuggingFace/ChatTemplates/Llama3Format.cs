using System.Text;

namespace Tilt.HuggingFace.ChatTemplates;

/// <summary>
/// Llama-3.2-Instruct and Llama-3.3-Instruct without tools: always a system block with the two date lines; every message is
/// trimmed. System messages after the first are turns like any other.
/// </summary>
/// <param name="beginOfSequence">The text of the begin-of-sequence token, which the template writes first.</param>
public sealed class Llama3Format(string beginOfSequence) : IChatFormat
{
    private const string Start = "<|start_header_id|>", HeaderEnd = "<|end_header_id|>", End = "<|eot_id|>";

    /// <inheritdoc/>
    public string Name => "llama-3.2";

    /// <inheritdoc/>
    public string? TurnEnd => End;

    /// <inheritdoc/>
    public IReadOnlyList<string> SpecialTokens => [Start, HeaderEnd, End];

    /// <inheritdoc/>
    public string Render(IReadOnlyList<ChatMessage> messages, ChatOptions options)
    {
        Conversation.RequireMessage(messages);
        bool hasSystem = messages[0].Role == ChatRole.System;
        var text = new StringBuilder(beginOfSequence);
        AppendHeader(text, ChatRole.System).Append("Cutting Knowledge Date: December 2023\nToday Date: ").Append(options.DateString).Append("\n\n");
        if (hasSystem) text.Append(Conversation.Trim(messages[0].Content));
        text.Append(End);
        foreach (ChatMessage message in messages.Skip(hasSystem ? 1 : 0)) AppendHeader(text, message.Role).Append(Conversation.Trim(message.Content)).Append(End);
        if (options.AddGenerationPrompt) AppendHeader(text, ChatRole.Assistant);
        return text.ToString();
    }

    private static StringBuilder AppendHeader(StringBuilder text, ChatRole role) => text.Append(Start).Append(Conversation.NameOf(role)).Append(HeaderEnd).Append("\n\n");
}
