namespace Tilt.HuggingFace.ChatTemplates.Jinja.Nodes;

/// <summary><c>{% set target = value %}</c>.</summary>
internal sealed class SetStatement(Target target, Expression value) : Statement
{
    public override void Bind(Scope scope)
    {
        value.Bind(scope);
        target.Bind(scope);
    }

    public override Flow Execute(Rendering rendering)
    {
        rendering.Line = value.Line;
        target.Assign(rendering, rendering.Frame, value.Evaluate(rendering));
        return Flow.Next;
    }
}

/// <summary><c>{% set target %}…{% endset %}</c>: what the body writes becomes the value; the body is a scope of its own.</summary>
internal sealed class SetBlockStatement(Target target, Statement body) : Statement
{
    private FrameLayout? _layout;

    public override void Bind(Scope scope)
    {
        scope.Inside(body.Bind, layout => _layout = layout);
        target.Bind(scope);
    }

    public override Flow Execute(Rendering rendering)
    {
        Frame outer = rendering.Frame, frame = _layout!.Create(outer);
        _layout.Begin(frame, outer, rendering);
        string text = rendering.Capture(body, frame);
        target.Assign(rendering, outer, text);
        return Flow.Next;
    }
}
