namespace Tilt.HuggingFace.ChatTemplates;

/// <summary>Templates that belong to no model.</summary>
public static class BuiltInTemplates
{
    private const string NotEmpty =
        "{%- if not messages %}{{ raise_exception('A conversation has no messages; at least one is needed.') }}{% endif %}";

    /// <summary>No template: the messages' texts one after the other with nothing between them, as base models read them.</summary>
    public static ChatTemplate None { get; } =
        ChatTemplate.Parse(NotEmpty + "{%- for message in messages %}{{ '' + message.content }}{% endfor %}", "none").ForTextAlone();

    /// <summary>
    /// ChatML: every message between <c>&lt;|im_start|&gt;role</c> and <c>&lt;|im_end|&gt;</c>, nothing added and nothing trimmed.
    /// </summary>
    public static ChatTemplate ChatMl { get; } = ChatTemplate.Parse(
        NotEmpty + """
        {%- for message in messages %}{{ '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>\n' }}{% endfor %}
        {%- if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}
        """,
        "chatml");

    /// <summary>The special tokens of <see cref="ChatMl"/>.</summary>
    internal static IReadOnlyList<string> ChatMlTokens => ["<|im_start|>", "<|im_end|>"];
}
