namespace Tilt.HuggingFace.ChatTemplates.Jinja.Nodes;

/// <summary>How the run goes on after a statement.</summary>
internal enum Flow
{
    /// <summary>With the next statement.</summary>
    Next,

    /// <summary>Behind the loop.</summary>
    Break,

    /// <summary>With the next item of the loop.</summary>
    Continue,
}

/// <summary>A statement of a template.</summary>
internal abstract class Statement
{
    /// <summary>Finds the names that the statement reads and sets.</summary>
    public abstract void Bind(Scope scope);

    public abstract Flow Execute(Rendering rendering);
}
