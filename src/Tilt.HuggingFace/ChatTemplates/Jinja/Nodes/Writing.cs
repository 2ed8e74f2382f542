using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Nodes;

/// <summary>Text outside all tags.</summary>
internal sealed class TextStatement(string text) : Statement
{
    public override void Bind(Scope scope)
    {
    }

    public override Flow Execute(Rendering rendering)
    {
        rendering.Output.Append(text);
        return Flow.Next;
    }
}

/// <summary><c>{{ value }}</c>.</summary>
internal sealed class OutputStatement(Expression value) : Statement
{
    public override void Bind(Scope scope) => value.Bind(scope);

    public override Flow Execute(Rendering rendering)
    {
        rendering.Line = value.Line;
        rendering.Output.Append(Printing.Text(rendering, value.Evaluate(rendering)));
        return Flow.Next;
    }
}

/// <summary><c>{% generation %}</c>: what the assistant writes, marked for training.</summary>
internal sealed class GenerationStatement(Statement body) : Statement
{
    private FrameLayout? _layout;

    public override void Bind(Scope scope) => scope.Inside(body.Bind, layout => _layout = layout);

    public override Flow Execute(Rendering rendering)
    {
        Frame outer = rendering.Frame, frame = _layout!.Create(outer);
        _layout.Begin(frame, outer, rendering);
        string text = rendering.Capture(body, frame);
        int start = rendering.Main.Length;
        rendering.Generations.Add(start..(start + text.Length));
        rendering.Output.Append(text);
        return Flow.Next;
    }
}
