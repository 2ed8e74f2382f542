namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>A text that <c>safe</c> or <c>escape</c> has marked. What is added to it would be escaped, which is refused.</summary>
/// <param name="Text">The text.</param>
internal sealed record SafeText(string Text);
