using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Nodes;

/// <summary>
/// <c>{% for target in items if filter %}…{% else %}…{% endfor %}</c>. Each round is a scope that forgets what the one before set.
/// </summary>
internal sealed class ForStatement(Target target, Expression items, Target? filterTarget, Expression? filter, Statement body,
    Statement? otherwise) : Statement
{
    private FrameLayout? _body, _filter, _else;
    private int _loop;

    public override void Bind(Scope scope)
    {
        items.Bind(scope);
        scope.Inside(
            inner =>
            {
                _loop = inner.Parameter("loop");
                target.Bind(inner, given: true);
                body.Bind(inner);
            },
            layout => _body = layout);
        if (filter is not null)
        {
            scope.Inside(
                inner =>
                {
                    filterTarget!.Bind(inner, given: true);
                    filter.Bind(inner);
                },
                layout => _filter = layout);
        }
        if (otherwise is not null) scope.Inside(otherwise.Bind, layout => _else = layout);
    }

    public override Flow Execute(Rendering rendering)
    {
        rendering.Line = items.Line;
        Frame outer = rendering.Frame;
        IReadOnlyList<object?> all = Sequences.Items(rendering, items.Evaluate(rendering));
        if (filter is not null) all = Filtered(rendering, all, outer);
        if (all.Count > 0) Loop(rendering, all, outer);
        else if (otherwise is not null)
        {
            rendering.Frame = _else!.Create(outer);
            _else.Begin(rendering.Frame, outer, rendering);
            Flow flow = otherwise.Execute(rendering);
            rendering.Frame = outer;
            return flow;
        }
        return Flow.Next;
    }

    private void Loop(Rendering rendering, IReadOnlyList<object?> all, Frame outer)
    {
        Frame frame = _body!.Create(outer);
        var loop = new LoopValue(all);
        for (int i = 0; i < all.Count; i++)
        {
            rendering.Charge(1);
            rendering.Frame = frame;
            _body.Begin(frame, outer, rendering);
            loop.Index = i;
            frame.Slots[_loop] = loop;
            target.Assign(rendering, frame, all[i]);
            if (body.Execute(rendering) == Flow.Break) break;
        }
        rendering.Frame = outer;
    }

    private List<object?> Filtered(Rendering rendering, IReadOnlyList<object?> all, Frame outer)
    {
        var kept = new List<object?>();
        Frame frame = rendering.Frame = _filter!.Create(outer);
        foreach (object? item in all)
        {
            _filter.Begin(frame, outer, rendering);
            filterTarget!.Assign(rendering, frame, item);
            if (Truth.Of(filter!.Evaluate(rendering))) kept.Add(item);
        }
        rendering.Frame = outer;
        return kept;
    }
}

/// <summary><c>{% break %}</c> and <c>{% continue %}</c>.</summary>
internal sealed class JumpStatement(Flow flow) : Statement
{
    public override void Bind(Scope scope)
    {
    }

    public override Flow Execute(Rendering rendering) => flow;
}
