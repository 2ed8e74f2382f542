using Tilt.Files;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Rollouts;

namespace Tilt.HuggingFace.ChatTemplates;

/// <summary>Finds the chat template of a model: its own, one of several that it names, a built-in one, or one in a file.</summary>
public static class ChatTemplateLoader
{
    /// <summary>How a template can be chosen, for help and messages.</summary>
    public const string Choices =
        "chatml, none (the texts alone, as base models read them), the name of another template of the model, or a file in Jinja";

    private const string Way = "with --chat-template, or with chat_template= among the settings of a task";

    private const string Default = "default", ForTools = "tool_use";

    /// <summary>The chat template of a model folder.</summary>
    /// <param name="folder">The model folder, with <c>chat_template.jinja</c> or a <c>chat_template</c> in
    /// <c>tokenizer_config.json</c>.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="name">One of <see cref="Choices"/>, or null for the model's own.</param>
    /// <exception cref="InputException">There is no such template, it is wrong or uses more of Jinja than chat templates do, or the
    /// tokenizer lacks a token of it.</exception>
    public static ChatTemplate Load(string folder, ITokenizer tokenizer, string? name = null)
    {
        ChatTemplate template = Load(folder, name);
        if (ReferenceEquals(template, BuiltInTemplates.ChatMl)
            && BuiltInTemplates.ChatMlTokens.FirstOrDefault(token => !IsToken(token, tokenizer)) is { } missing)
            throw new InputException($"The chat template chatml needs the token '{missing}', which the tokenizer of '{folder}' lacks. "
                + $"Choose another one {Way}: {Choices}.");
        return template;
    }

    /// <summary>Fails where there is no such template, before a tokenizer is loaded.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="name">One of <see cref="Choices"/>; null is always right.</param>
    /// <exception cref="InputException">As for <see cref="Load(string, ITokenizer, string?)"/>.</exception>
    public static void Check(string folder, string? name)
    {
        if (name is not null) Load(folder, name);
    }

    private static ChatTemplate Load(string folder, string? name)
    {
        if (name == BuiltInTemplates.None.Name) return BuiltInTemplates.None;
        if (name == BuiltInTemplates.ChatMl.Name) return BuiltInTemplates.ChatMl;
        IReadOnlyDictionary<string, string> tokens = TokenizerConfiguration.Read(folder).Roles;
        IReadOnlyDictionary<string, ChatTemplateText> own = ChatTemplateFile.ReadAll(folder);
        if (name is not null && own.TryGetValue(name, out ChatTemplateText? named)) return Parse(named, name, tokens);
        if (name is not null && File.Exists(name)) return ChatTemplate.Parse(TextFile.Read(name), name, $"in '{name}'", tokens);
        if (name is not null)
            throw new InputException($"There is no chat template '{name}', neither of this name in "
                + $"'{folder}'{(own.Count == 0 ? "" : $" (which has {string.Join(", ", own.Keys)})")} nor in a file. Choose "
                + $"{Way}: {Choices}.");
        if (!own.TryGetValue(Default, out ChatTemplateText? text))
            throw new InputException($"'{folder}' has no chat template, neither chat_template.jinja nor 'chat_template' in "
                + $"tokenizer_config.json or "
                + $"chat_template.json{(own.Count == 0 ? "" : $", but others named {string.Join(", ", own.Keys)}")}. Choose one "
                + $"{Way}: {Choices}.");
        return Parse(text, Default, tokens)
            .With(own.TryGetValue(ForTools, out ChatTemplateText? forTools) ? Parse(forTools, ForTools, tokens) : null);
    }

    private static ChatTemplate Parse(ChatTemplateText text, string name, IReadOnlyDictionary<string, string> tokens) =>
        ChatTemplate.Parse(text.Source, name, name == Default ? $"in '{text.Path}'" : $"'{name}' in '{text.Path}'", tokens);

    private static bool IsToken(string token, ITokenizer tokenizer)
    {
        try
        {
            return tokenizer.Encode(token).Length == 1;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
