using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Nodes;

/// <summary>A value that stands in the template.</summary>
internal sealed class Literal(object? value, int line) : Expression(line)
{
    public object? Value => value;

    public override void Bind(Scope scope)
    {
    }

    public override object? Evaluate(Rendering rendering) => value;
}

/// <summary>A list or tuple of expressions.</summary>
internal sealed class ListExpression(Expression[] items, bool isTuple, int line) : Expression(line)
{
    public override void Bind(Scope scope)
    {
        foreach (Expression item in items) item.Bind(scope);
    }

    public override object? Evaluate(Rendering rendering)
    {
        rendering.Charge(1 + items.Length);
        object?[] values = new object?[items.Length];
        for (int i = 0; i < items.Length; i++) values[i] = items[i].Evaluate(rendering);
        return new ListValue(values, isTuple);
    }
}

/// <summary>A mapping of expressions.</summary>
internal sealed class DictExpression(KeyValuePair<Expression, Expression>[] entries, int line) : Expression(line)
{
    public override void Bind(Scope scope)
    {
        foreach ((Expression key, Expression value) in entries)
        {
            key.Bind(scope);
            value.Bind(scope);
        }
    }

    public override object? Evaluate(Rendering rendering)
    {
        rendering.Charge(1 + entries.Length);
        var dict = new DictValue(entries.Length);
        foreach ((Expression key, Expression value) in entries) dict.Set(Unmarked(key.Evaluate(rendering)), value.Evaluate(rendering));
        return dict;
    }

    private static object? Unmarked(object? key) => key is SafeText safe ? safe.Text : key;
}
