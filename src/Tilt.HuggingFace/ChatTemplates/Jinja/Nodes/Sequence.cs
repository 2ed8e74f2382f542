namespace Tilt.HuggingFace.ChatTemplates.Jinja.Nodes;

/// <summary>Statements one after the other.</summary>
internal sealed class Sequence(Statement[] statements) : Statement
{
    public override void Bind(Scope scope)
    {
        foreach (Statement statement in statements) statement.Bind(scope);
    }

    public override Flow Execute(Rendering rendering)
    {
        foreach (Statement statement in statements)
        {
            rendering.Charge(1);
            Flow flow = statement.Execute(rendering);
            if (flow != Flow.Next) return flow;
        }
        return Flow.Next;
    }
}
