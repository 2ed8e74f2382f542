namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>
/// A template is wrong or fails; <see cref="JinjaTemplate"/> makes an <see cref="InputException"/> of it that names template and line.
/// </summary>
internal sealed class JinjaException(string message, int line = 0) : Exception(message)
{
    /// <summary>The line, from 1; 0 for the one that is being rendered.</summary>
    public int Line => line;

    /// <summary>The template itself refuses the conversation (<c>raise_exception</c>).</summary>
    public bool Raised { get; init; }
}
