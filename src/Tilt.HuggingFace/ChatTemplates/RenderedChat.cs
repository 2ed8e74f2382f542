using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates;

/// <summary>A conversation as text.</summary>
/// <param name="Text">The text.</param>
/// <param name="AssistantRanges">
/// What the model is to learn of the text, where the template marks it with <c>{% generation %}</c>: ranges of UTF-16 units in
/// ascending order. Empty where the template marks nothing.
/// </param>
public sealed record RenderedChat(string Text, IReadOnlyList<Range> AssistantRanges)
{
    /// <summary><see cref="AssistantRanges"/> in characters, as Python counts them.</summary>
    public IReadOnlyList<(int Start, int End)> AssistantSpans =>
        [.. AssistantRanges.Select(range => (Characters.Count(Text[..range.Start.Value]), Characters.Count(Text[..range.End.Value])))];
}
