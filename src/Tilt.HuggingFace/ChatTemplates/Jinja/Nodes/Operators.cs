using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Nodes;

/// <summary>
/// An operation of arithmetic; <c>+</c> also joins texts and lists, <c>*</c> repeats them. <c>f</c> stands for <c>//</c> and <c>p</c> for
/// <c>**</c>.
/// </summary>
internal sealed class Arithmetic(char operation, Expression left, Expression right, int line) : Expression(line)
{
    public override void Bind(Scope scope)
    {
        left.Bind(scope);
        right.Bind(scope);
    }

    public override object? Evaluate(Rendering rendering)
    {
        object? a = left.Evaluate(rendering), b = right.Evaluate(rendering);
        if (operation == '+' && a is string x && b is string y) return rendering.Made(x + y);
        rendering.Charge(1);
        rendering.Line = Line;
        return (operation, a, b) switch
        {
            ('+', ListValue first, ListValue second) when first.IsTuple == second.IsTuple => Join(rendering, first, second),
            ('+', SafeText, _) or ('+', _, SafeText) =>
                throw new JinjaException(
                    "something is added to a text that is marked as safe, which Jinja would escape; this is not supported"),
            ('+', string, not Undefined) or ('+', not Undefined, string) =>
                throw new JinjaException($"{Describe.Of(a)} and {Describe.Of(b)} cannot be joined with '+'"),
            ('*', string text, long or bool) => Repeat(rendering, text, b),
            ('*', long or bool, string text) => Repeat(rendering, text, a),
            ('*', ListValue list, long or bool) => Repeat(rendering, list, b),
            ('*', long or bool, ListValue list) => Repeat(rendering, list, a),
            ('%', string, _) => throw new JinjaException("a text is formatted with '%', which is not supported"),
            _ => Numbers.Compute(operation, a, b),
        };
    }

    private static ListValue Join(Rendering rendering, ListValue a, ListValue b)
    {
        rendering.Charge(a.Items.Count + b.Items.Count);
        return new([.. a.Items, .. b.Items], a.IsTuple);
    }

    private static string Repeat(Rendering rendering, string text, object? times)
    {
        long count = Count(times);
        rendering.ChargeText((long)Int128.Min((Int128)text.Length * count, long.MaxValue));
        return count == 0 ? "" : string.Concat(Enumerable.Repeat(text, (int)Math.Min(count, text.Length == 0 ? 0 : int.MaxValue)));
    }

    private static ListValue Repeat(Rendering rendering, ListValue list, object? times)
    {
        long count = list.Items.Count == 0 ? 0 : Count(times);
        rendering.Charge((long)Int128.Min((Int128)list.Items.Count * count, long.MaxValue));
        return new([.. Enumerable.Repeat(list.Items, (int)count).SelectMany(items => items)], list.IsTuple);
    }

    private static long Count(object? times) => Numbers.TryInteger(times, out long count) ? Math.Max(0, count) : 0;
}

/// <summary><c>-value</c> and <c>+value</c>.</summary>
internal sealed class Sign(bool negative, Expression operand, int line) : Expression(line)
{
    public override void Bind(Scope scope) => operand.Bind(scope);

    public override object? Evaluate(Rendering rendering)
    {
        object? value = operand.Evaluate(rendering);
        rendering.Line = Line;
        if (value is Undefined undefined) throw undefined.Failure();
        if (!Numbers.IsNumber(value)) throw new JinjaException($"{Describe.Of(value)} has no sign");
        return value is double number ? (negative ? -number : number) : Numbers.Compute(negative ? '-' : '+', 0L, value);
    }
}

/// <summary><c>a ~ b ~ c</c>: the values as text one after the other.</summary>
internal sealed class Joining(Expression[] parts, int line) : Expression(line)
{
    public override void Bind(Scope scope)
    {
        foreach (Expression part in parts) part.Bind(scope);
    }

    public override object? Evaluate(Rendering rendering)
    {
        string[] texts = new string[parts.Length];
        for (int i = 0; i < texts.Length; i++) texts[i] = Printing.Text(rendering, parts[i].Evaluate(rendering));
        rendering.ChargeText(texts.Sum(text => (long)text.Length));
        return string.Concat(texts);
    }
}
