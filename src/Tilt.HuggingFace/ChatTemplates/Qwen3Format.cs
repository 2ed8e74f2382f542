using System.Text;

namespace Tilt.HuggingFace.ChatTemplates;

/// <summary>
/// Qwen3 of April 2025, which thinks before it answers, without tools: ChatML, where thoughts of earlier answers are left out
/// and the answer to the last question always has its thoughts between <c>&lt;think&gt;</c> tags, empty ones perhaps.
/// </summary>
public sealed class Qwen3Format : IChatFormat
{
    private const string Open = "<think>", Close = "</think>";

    /// <inheritdoc/>
    public string Name => "qwen3";

    /// <inheritdoc/>
    public string? TurnEnd => ChatMlFormat.End;

    /// <inheritdoc/>
    public IReadOnlyList<string> SpecialTokens => [ChatMlFormat.Start, ChatMlFormat.End];

    /// <inheritdoc/>
    public string Render(IReadOnlyList<ChatMessage> messages, ChatOptions options)
    {
        Conversation.RequireMessage(messages);
        int question = LastQuestion(messages);
        var text = new StringBuilder();
        for (int i = 0; i < messages.Count; i++)
        {
            ChatMessage message = messages[i];
            string content = message.Role == ChatRole.Assistant ? Answer(message.Content, i > question, last: i == messages.Count - 1) : message.Content;
            ChatMlFormat.AppendTurn(text, message.Role, content);
        }
        if (options.AddGenerationPrompt) ChatMlFormat.AppendHeader(text, ChatRole.Assistant);
        return text.ToString();
    }

    // A user's message that is the result of a tool is no question. Without any question no answer follows one.
    private static int LastQuestion(IReadOnlyList<ChatMessage> messages)
    {
        for (int i = messages.Count - 1; i >= 0; i--)
        {
            string content = messages[i].Content;
            bool result = content.StartsWith("<tool_response>", StringComparison.Ordinal) && content.EndsWith("</tool_response>", StringComparison.Ordinal);
            if (messages[i].Role == ChatRole.User && !result) return i;
        }
        return messages.Count - 1;
    }

    private static string Answer(string content, bool afterQuestion, bool last)
    {
        string thoughts = "";
        if (content.Contains(Close, StringComparison.Ordinal))
        {
            thoughts = content[..content.IndexOf(Close, StringComparison.Ordinal)].TrimEnd('\n');
            thoughts = AfterLast(thoughts, Open).TrimStart('\n');
            content = AfterLast(content, Close).TrimStart('\n');
        }
        if (!afterQuestion || (!last && thoughts.Length == 0)) return content;
        return $"{Open}\n{thoughts.Trim('\n')}\n{Close}\n\n{content.TrimStart('\n')}";
    }

    private static string AfterLast(string text, string mark) => text.LastIndexOf(mark, StringComparison.Ordinal) is >= 0 and var at ? text[(at + mark.Length)..] : text;
}
