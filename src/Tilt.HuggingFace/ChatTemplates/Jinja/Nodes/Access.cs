using Tilt.HuggingFace.ChatTemplates.Jinja.Functions;
using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Nodes;

/// <summary><c>value.name</c>: an attribute or method, else the element with this key.</summary>
internal sealed class AttributeAccess(Expression owner, string name, int line) : Expression(line)
{
    private readonly bool _isDictMethod = DictMethods.IsMethod(name);

    public override void Bind(Scope scope) => owner.Bind(scope);

    public override object? Evaluate(Rendering rendering)
    {
        object? value = owner.Evaluate(rendering);
        rendering.Charge(1);
        rendering.Line = Line;
        if (value is DictValue dict && !_isDictMethod) return dict.TryGet(name, out object? found) ? found : Undefined.Key(value, name);
        return Elements.Attribute(value, name);
    }
}

/// <summary><c>value[key]</c>: an element, else the attribute with this name.</summary>
internal sealed class ItemAccess(Expression owner, Expression key, int line) : Expression(line)
{
    public override void Bind(Scope scope)
    {
        owner.Bind(scope);
        key.Bind(scope);
    }

    public override object? Evaluate(Rendering rendering)
    {
        object? value = owner.Evaluate(rendering), at = key.Evaluate(rendering);
        rendering.Charge(1);
        rendering.Line = Line;
        return Elements.Item(rendering, value, at);
    }
}

/// <summary><c>value[start:stop:step]</c>.</summary>
internal sealed class SliceAccess(Expression owner, Expression? start, Expression? stop, Expression? step, int line) : Expression(line)
{
    public override void Bind(Scope scope)
    {
        owner.Bind(scope);
        start?.Bind(scope);
        stop?.Bind(scope);
        step?.Bind(scope);
    }

    public override object? Evaluate(Rendering rendering)
    {
        object? value = owner.Evaluate(rendering), from = start?.Evaluate(rendering), to = stop?.Evaluate(rendering),
            by = step?.Evaluate(rendering);
        rendering.Charge(1);
        rendering.Line = Line;
        return Slices.Of(rendering, value, from, to, by);
    }
}
