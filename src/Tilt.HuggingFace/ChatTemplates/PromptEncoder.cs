using Tilt.Rollouts;

namespace Tilt.HuggingFace.ChatTemplates;

/// <summary>Puts a user's turn, perhaps behind a system message, into a model's chat template and makes token ids of it.</summary>
/// <param name="template">The chat template.</param>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="system">A system message; null leaves it to the template, which may have one of its own.</param>
/// <param name="options">What else the template is told; its date is pinned.</param>
public sealed class PromptEncoder(ChatTemplate template, ITokenizer tokenizer, string? system = null, ChatOptions? options = null)
{
    private readonly ChatOptions _options = (options ?? new()) with { AddGenerationPrompt = true };

    /// <summary>Token ids of the conversation up to where the model's turn begins, <c>[prompt]</c>.</summary>
    /// <param name="user">What the user says.</param>
    /// <exception cref="InputException">The template fails or refuses the conversation, or a part of the text has no token.</exception>
    public int[] Encode(string user)
    {
        ChatMessage turn = new(ChatRole.User, user);
        try
        {
            return template.Encode(system is null ? [turn] : [new(ChatRole.System, system), turn], _options, tokenizer);
        }
        catch (FormatException e)
        {
            throw new InputException($"A problem cannot be put to this model: {e.Message}", e);
        }
    }
}
