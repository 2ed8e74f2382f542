namespace Tilt.HuggingFace.ChatTemplates.Jinja.Nodes;

/// <summary>An expression of a template.</summary>
/// <param name="line">The line it begins on.</param>
internal abstract class Expression(int line)
{
    public int Line => line;

    /// <summary>Finds the names that the expression reads.</summary>
    public abstract void Bind(Scope scope);

    public abstract object? Evaluate(Rendering rendering);
}
