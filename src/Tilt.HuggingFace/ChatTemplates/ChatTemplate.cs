using Tilt.HuggingFace.ChatTemplates.Jinja;
using Tilt.HuggingFace.ChatTemplates.Jinja.Values;
using Tilt.Rollouts;

namespace Tilt.HuggingFace.ChatTemplates;

/// <summary>How a model writes a conversation as text: its template in Jinja, parsed once. Any number of threads may use it.</summary>
public sealed class ChatTemplate
{
    private readonly JinjaTemplate _template;
    private readonly IReadOnlyDictionary<string, string> _tokens;

    private ChatTemplate(string name, JinjaTemplate template, IReadOnlyDictionary<string, string> tokens) =>
        (Name, _template, _tokens) = (name, template, tokens);

    /// <summary>The name that chooses the template: <c>default</c> for a model's own.</summary>
    public string Name { get; }

    /// <summary>The template for conversations with tools, where the model has one of its own for them.</summary>
    private ChatTemplate? WithTools { get; init; }

    /// <summary>The template writes no special tokens at all, so that the tokenizer adds those of a document.</summary>
    private bool WritesTextAlone { get; init; }

    /// <summary>Reads a template.</summary>
    /// <param name="source">The template in Jinja.</param>
    /// <param name="name">The name that chooses it.</param>
    /// <param name="origin">What messages call it, for example <c>in 'folder/chat_template.jinja'</c>; null for the name.</param>
    /// <param name="tokens">Special tokens that it can write, by their roles such as <c>bos_token</c>.</param>
    /// <exception cref="InputException">The template is wrong, or uses more of Jinja than chat templates do; the message names construct
    /// and line.</exception>
    public static ChatTemplate Parse(string source, string name = "default", string? origin = null,
        IReadOnlyDictionary<string, string>? tokens = null) =>
        new(name, JinjaTemplate.Parse(source, origin ?? $"'{name}'"), tokens ?? new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>The conversation as text.</summary>
    /// <param name="messages">The messages in order.</param>
    /// <param name="options">What else the template is told.</param>
    /// <exception cref="InputException">The template fails with this conversation, or refuses it.</exception>
    public string Render(IReadOnlyList<ChatMessage> messages, ChatOptions options) => RenderMarked(messages, options).Text;

    /// <summary>The conversation as text, with the parts of it that the model is to learn.</summary>
    /// <param name="messages">The messages in order.</param>
    /// <param name="options">What else the template is told.</param>
    /// <exception cref="InputException">The template fails with this conversation, or refuses it.</exception>
    public RenderedChat RenderMarked(IReadOnlyList<ChatMessage> messages, ChatOptions options)
    {
        if (options.Tools is not null && WithTools is { } other) return other.RenderMarked(messages, options);
        if (!options.ContinueFinalMessage) return Run(messages, options);
        if (options.AddGenerationPrompt)
            throw new InputException("A text cannot end both with the beginning of the model's turn and with the last message "
                + "(add_generation_prompt, continue_final_message).");
        return ContinuedMessage.Cut(Run(ContinuedMessage.Marked(messages), options));
    }

    /// <summary>
    /// Ids of the conversation. The template has written the special tokens, begin-of-sequence among them, except where it writes
    /// none: then the tokenizer adds its own.
    /// </summary>
    /// <param name="messages">The messages in order.</param>
    /// <param name="options">What else the template is told.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <exception cref="InputException">The template fails with this conversation, or refuses it.</exception>
    /// <exception cref="FormatException">The text has a part that no token stands for.</exception>
    public int[] Encode(IReadOnlyList<ChatMessage> messages, ChatOptions options, ITokenizer tokenizer) =>
        Encode(Render(messages, options), tokenizer);

    /// <summary>Ids of a text that this template has written.</summary>
    /// <param name="rendered">The text.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <exception cref="FormatException">The text has a part that no token stands for.</exception>
    public int[] Encode(string rendered, ITokenizer tokenizer) =>
        WritesTextAlone ? tokenizer.EncodeWithSpecialTokens(rendered) : tokenizer.Encode(rendered);

    /// <summary>
    /// The special token that the template writes behind the model's answer, found by rendering one; null where there is none.
    /// </summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    public int? TurnEnd(ITokenizer tokenizer)
    {
        const string Answer = "\uE0C3\uE0F7";
        string text;
        try
        {
            text = Render([new(ChatRole.User, "?"), new(ChatRole.Assistant, Answer)], new());
        }
        catch (InputException)
        {
            return null;
        }
        string rest = text[(text.LastIndexOf(Answer, StringComparison.Ordinal) + Answer.Length)..];
        if (text.Length == rest.Length || string.IsNullOrWhiteSpace(rest)) return null;
        int[] ids = tokenizer.Encode(rest);
        int at = Array.FindIndex(ids,
            id => tokenizer.EndOfSequenceIds.Contains(id) || tokenizer.Decode([id], skipSpecialTokens: true).Length == 0);
        return at >= 0 && string.IsNullOrWhiteSpace(tokenizer.Decode(ids.AsSpan(0, at))) ? ids[at] : null;
    }

    /// <summary>The same template with another one for conversations with tools.</summary>
    internal ChatTemplate With(ChatTemplate? forTools) => new(Name, _template, _tokens) { WithTools = forTools };

    /// <summary>The same template, said to write no special tokens.</summary>
    internal ChatTemplate ForTextAlone() => new(Name, _template, _tokens) { WritesTextAlone = true };

    private RenderedChat Run(IReadOnlyList<ChatMessage> messages, ChatOptions options)
    {
        (string text, IReadOnlyList<Range> ranges) = _template.Render(Variables(messages, options), options.Now);
        return new(text, ranges);
    }

    // As Transformers gives them: tools and documents are always there, perhaps none.
    private DictValue Variables(IReadOnlyList<ChatMessage> messages, ChatOptions options)
    {
        var variables = new DictValue(_tokens.Count + options.VariableValues.Count + 6);
        foreach ((string role, string token) in _tokens) variables.Set(role, token);
        object?[] values = new object?[messages.Count];
        for (int i = 0; i < values.Length; i++) values[i] = messages[i].Value;
        variables.Set("messages", new ListValue(values));
        variables.Set("tools", options.ToolValues);
        variables.Set("documents", null);
        variables.Set("add_generation_prompt", Boxed.Of(options.AddGenerationPrompt));
        if (options.EnableThinking is { } thinking) variables.Set("enable_thinking", Boxed.Of(thinking));
        if (options.DateString is { } date) variables.Set("date_string", date);
        foreach ((string name, object? value) in options.VariableValues) variables.Set(name, value);
        return variables;
    }
}
