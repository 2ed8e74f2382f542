using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Nodes;

/// <summary><c>a and b</c>, <c>a or b</c>: the operand that decides.</summary>
internal sealed class Junction(bool isAnd, Expression left, Expression right, int line) : Expression(line)
{
    public override void Bind(Scope scope)
    {
        left.Bind(scope);
        right.Bind(scope);
    }

    public override object? Evaluate(Rendering rendering)
    {
        rendering.Charge(1);
        object? first = left.Evaluate(rendering);
        return Truth.Of(first) == isAnd ? right.Evaluate(rendering) : first;
    }
}

/// <summary><c>not a</c>.</summary>
internal sealed class Negation(Expression operand, int line) : Expression(line)
{
    public override void Bind(Scope scope) => operand.Bind(scope);

    public override object? Evaluate(Rendering rendering) => Boxed.Of(!Truth.Of(operand.Evaluate(rendering)));
}

/// <summary><c>a if condition else b</c>; without <c>else</c>, undefined.</summary>
internal sealed class Conditional(Expression condition, Expression then, Expression? otherwise, int line) : Expression(line)
{
    public override void Bind(Scope scope)
    {
        condition.Bind(scope);
        then.Bind(scope);
        otherwise?.Bind(scope);
    }

    public override object? Evaluate(Rendering rendering)
    {
        rendering.Charge(1);
        return Truth.Of(condition.Evaluate(rendering)) ? then.Evaluate(rendering) : otherwise is null ? Undefined.Nothing
            : otherwise.Evaluate(rendering);
    }
}

/// <summary>A chain of comparisons, <c>a &lt; b &lt;= c</c>.</summary>
internal sealed class ComparisonChain(Expression first, KeyValuePair<string, Expression>[] rest, int line) : Expression(line)
{
    public override void Bind(Scope scope)
    {
        first.Bind(scope);
        foreach ((_, Expression operand) in rest) operand.Bind(scope);
    }

    public override object? Evaluate(Rendering rendering)
    {
        object? left = first.Evaluate(rendering);
        foreach ((string operation, Expression operand) in rest)
        {
            object? right = operand.Evaluate(rendering);
            rendering.Line = Line;
            if (!Holds(rendering, operation, left, right)) return Boxed.Of(false);
            left = right;
        }
        return Boxed.Of(true);
    }

    private static bool Holds(Rendering rendering, string operation, object? a, object? b) => operation switch
    {
        "==" => Comparison.Equal(rendering, a, b),
        "!=" => !Comparison.Equal(rendering, a, b),
        "in" => Comparison.Contains(rendering, b, a),
        "not in" => !Comparison.Contains(rendering, b, a),
        "<" => Comparison.Order(rendering, a, b) < 0,
        "<=" => Comparison.Order(rendering, a, b) <= 0,
        ">" => Comparison.Order(rendering, a, b) > 0,
        _ => Comparison.Order(rendering, a, b) >= 0,
    };
}
