using Tilt.HuggingFace.ChatTemplates.Jinja.Functions;
using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Nodes;

/// <summary>The arguments of a call, filter or test as expressions.</summary>
internal sealed class ArgumentExpressions(Expression[] positional, KeyValuePair<string, Expression>[] named)
{
    public static readonly ArgumentExpressions None = new([], []);

    public int Count => positional.Length + named.Length;

    public void Bind(Scope scope)
    {
        foreach (Expression argument in positional) argument.Bind(scope);
        foreach ((_, Expression argument) in named) argument.Bind(scope);
    }

    public CallArguments Evaluate(Rendering rendering)
    {
        if (Count == 0) return CallArguments.None;
        object?[] values = new object?[positional.Length];
        for (int i = 0; i < values.Length; i++) values[i] = positional[i].Evaluate(rendering);
        return new(values, named.Length == 0
            ? []
            : [.. named.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Evaluate(rendering)))]);
    }
}

/// <summary><c>function(arguments)</c>.</summary>
internal sealed class Call(Expression callee, ArgumentExpressions arguments, int line) : Expression(line)
{
    public override void Bind(Scope scope)
    {
        callee.Bind(scope);
        arguments.Bind(scope);
    }

    public override object? Evaluate(Rendering rendering)
    {
        object? function = callee.Evaluate(rendering);
        CallArguments values = arguments.Evaluate(rendering);
        rendering.Charge(1);
        rendering.Line = Line;
        return function switch
        {
            Callable callable => callable.Call(rendering, values),
            Undefined undefined => throw undefined.Failure(),
            LoopValue => throw new JinjaException("loop(…) belongs to recursive loops, which are not supported"),
            _ => throw new JinjaException($"{Describe.Of(function)} is called like a function"),
        };
    }
}

/// <summary><c>value | filter(arguments)</c>.</summary>
internal sealed class FilterCall(Expression operand, Filter filter, ArgumentExpressions arguments, int line) : Expression(line)
{
    public override void Bind(Scope scope)
    {
        operand.Bind(scope);
        arguments.Bind(scope);
    }

    public override object? Evaluate(Rendering rendering)
    {
        object? value = operand.Evaluate(rendering);
        CallArguments values = arguments.Evaluate(rendering);
        rendering.Charge(1);
        rendering.Line = Line;
        return filter.Apply(rendering, value, values);
    }
}

/// <summary><c>value is test(arguments)</c>.</summary>
internal sealed class TestCall(Expression operand, Test test, ArgumentExpressions arguments, bool negated, int line) : Expression(line)
{
    public override void Bind(Scope scope)
    {
        operand.Bind(scope);
        arguments.Bind(scope);
    }

    public override object? Evaluate(Rendering rendering)
    {
        object? value = operand.Evaluate(rendering);
        CallArguments values = arguments.Evaluate(rendering);
        rendering.Charge(1);
        rendering.Line = Line;
        return Boxed.Of(test.Holds(rendering, value, values) != negated);
    }
}
