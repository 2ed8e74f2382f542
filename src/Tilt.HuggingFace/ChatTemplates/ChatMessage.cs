using System.Text.Json;
using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates;

/// <summary>
/// A message of a conversation: a role, a content, and whatever else a template may look at, such as <c>tool_calls</c> or
/// <c>reasoning_content</c>.
/// </summary>
public sealed class ChatMessage
{
    private ChatMessage(DictValue value) => Value = value;

    /// <summary>Makes a message of text.</summary>
    /// <param name="role">Who speaks, for example <see cref="ChatRole.User"/>.</param>
    /// <param name="content">What is said.</param>
    public ChatMessage(string role, string content)
    {
        Value = new DictValue(2);
        Value.Set("role", role);
        Value.Set("content", content);
    }

    /// <summary>Who speaks; empty where the message does not say so.</summary>
    public string Role => Text("role") ?? "";

    /// <summary>What is said, or null where the content is no text.</summary>
    public string? Content => Text("content");

    /// <summary>The message as templates see it.</summary>
    internal DictValue Value { get; }

    /// <summary>Reads a message with all its keys, in the layout of Transformers and of the chat interfaces of most servers.</summary>
    /// <param name="message">A JSON object.</param>
    /// <exception cref="ArgumentException">It is no object.</exception>
    /// <exception cref="InvalidOperationException">A text in it is no valid Unicode.</exception>
    public static ChatMessage Read(JsonElement message) =>
        JsonValues.Of(message) is DictValue value
            ? new(value)
            : throw new ArgumentException("A message is a JSON object.", nameof(message));

    /// <summary>The same message with another content.</summary>
    internal ChatMessage WithContent(object? content)
    {
        var value = new DictValue(Value.Count);
        foreach ((object? key, object? old) in Value.Entries) value.Set(key, key is "content" ? content : old);
        return new(value);
    }

    private string? Text(string key) => Value.TryGet(key, out object? value) ? value as string : null;
}

/// <summary>The usual roles. Templates may know others.</summary>
public static class ChatRole
{
    /// <summary>The instructions above the conversation.</summary>
    public const string System = "system";

    /// <summary>The person.</summary>
    public const string User = "user";

    /// <summary>The model.</summary>
    public const string Assistant = "assistant";

    /// <summary>The result of a tool that the model called.</summary>
    public const string Tool = "tool";
}
