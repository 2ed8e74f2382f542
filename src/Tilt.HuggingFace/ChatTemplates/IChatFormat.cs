using Tilt.Rollouts;

namespace Tilt.HuggingFace.ChatTemplates;

/// <summary>How a model family writes a conversation as text: what its Jinja template renders, written by hand.</summary>
public interface IChatFormat
{
    /// <summary>The name that chooses the format, for example <c>qwen2.5</c>.</summary>
    string Name { get; }

    /// <summary>The token that ends every turn, or null where nothing does.</summary>
    string? TurnEnd { get; }

    /// <summary>The special tokens that the format writes; each must be one token of the model.</summary>
    IReadOnlyList<string> SpecialTokens { get; }

    /// <summary>The conversation as text.</summary>
    /// <param name="messages">The messages in order.</param>
    /// <param name="options">What else the template can be told.</param>
    /// <exception cref="InputException">There is no message.</exception>
    string Render(IReadOnlyList<ChatMessage> messages, ChatOptions options);

    /// <summary>
    /// Ids of the conversation. The text holds its special tokens already, begin-of-sequence among them, except where the
    /// format writes none: then the tokenizer adds its own.
    /// </summary>
    /// <exception cref="InputException">There is no message.</exception>
    int[] Encode(IReadOnlyList<ChatMessage> messages, ChatOptions options, ITokenizer tokenizer) =>
        SpecialTokens.Count == 0 ? tokenizer.EncodeWithSpecialTokens(Render(messages, options)) : tokenizer.Encode(Render(messages, options));
}

/// <summary>A message of a conversation.</summary>
/// <param name="Role">Who speaks.</param>
/// <param name="Content">What is said.</param>
public readonly record struct ChatMessage(ChatRole Role, string Content);

/// <summary>Who speaks in a conversation. Tools are not supported.</summary>
public enum ChatRole
{
    /// <summary>The instructions above the conversation.</summary>
    System,

    /// <summary>The person.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,
}

/// <summary>What a chat template can be told beside the messages.</summary>
public sealed record ChatOptions
{
    /// <summary>The text ends where the model's turn begins.</summary>
    public bool AddGenerationPrompt { get; init; }

    /// <summary>
    /// The day that Llama 3 is told, as the template writes it; other formats tell none. Pinned, so that the same conversation is
    /// the same text on every day.
    /// </summary>
    public string DateString { get; init; } = "26 Jul 2024";
}
