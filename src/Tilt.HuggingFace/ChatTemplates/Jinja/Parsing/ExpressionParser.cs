using Tilt.HuggingFace.ChatTemplates.Jinja.Nodes;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Parsing;

/// <summary>
/// Reads expressions, weakest operator first: <c>if else</c>, <c>or</c>, <c>and</c>, <c>not</c>, comparisons, <c>+ -</c>, <c>~</c>,
/// <c>* / // %</c>, <c>**</c>, signs, then access, calls, filters and tests.
/// </summary>
internal sealed class ExpressionParser
{
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    private readonly TokenReader _tokens;
    private readonly PrimaryParser _primaries;

    public ExpressionParser(TokenReader tokens) => (_tokens, _primaries) = (tokens, new(tokens, this));

    /// <summary>An expression.</summary>
    public Expression Read() => _tokens.Nested(Condition);

    /// <summary>An expression without <c>if else</c>.</summary>
    public Expression ReadUnconditional() => _tokens.Nested(Or);

    /// <summary>An expression, or several with commas between them, which are a tuple.</summary>
    public Expression ReadTuple(bool conditional = true)
    {
        int line = _tokens.Current.Line;
        Expression first = conditional ? Read() : ReadUnconditional();
        if (!_tokens.Current.IsOperator(",")) return first;
        var items = new List<Expression> { first };
        while (_tokens.SkipOperator(",") && !EndsTuple()) items.Add(conditional ? Read() : ReadUnconditional());
        return new ListExpression([.. items], isTuple: true, line);
    }

    public FilterCall ReadFilter(Expression operand) => _primaries.ReadFilter(operand);

    private bool EndsTuple() => _tokens.Current.Kind is TokenKind.BlockEnd or TokenKind.OutputEnd || _tokens.Current.IsOperator(")");

    private Expression Condition()
    {
        Expression value = Or();
        while (_tokens.Current.IsName("if"))
        {
            int line = _tokens.Next().Line;
            _tokens.Link();
            Expression condition = Or(), then = value;
            value = new Conditional(condition, then, _tokens.SkipName("else") ? Read() : null, line);
        }
        return value;
    }

    private Expression Or() => Junctions("or", isAnd: false, And);

    private Expression And() => Junctions("and", isAnd: true, Not);

    private Expression Junctions(string name, bool isAnd, Func<Expression> operand)
    {
        Expression left = operand();
        while (_tokens.Current.IsName(name))
        {
            int line = _tokens.Next().Line;
            _tokens.Link();
            left = new Junction(isAnd, left, operand(), line);
        }
        return left;
    }

    private Expression Not()
    {
        if (!_tokens.Current.IsName("not")) return Comparison();
        int line = _tokens.Next().Line;
        return new Negation(_tokens.Nested(Not), line);
    }

    private Expression Comparison()
    {
        int line = _tokens.Current.Line;
        Expression first = Sum();
        var rest = new List<KeyValuePair<string, Expression>>();
        while (Operation() is { } operation) rest.Add(new(operation, Sum()));
        return rest.Count == 0 ? first : new ComparisonChain(first, [.. rest], line);
    }

    private string? Operation()
    {
        if (_tokens.Current.Kind == TokenKind.Operator && Comparisons.Contains(_tokens.Current.Text)) return _tokens.Next().Text;
        if (_tokens.SkipName("in")) return "in";
        if (!_tokens.Current.IsName("not") || !_tokens.Following.IsName("in")) return null;
        _tokens.Next();
        _tokens.Next();
        return "not in";
    }

    private Expression Sum() => LeftToRight(Joined, "+", "-");

    private Expression Joined()
    {
        int line = _tokens.Current.Line;
        var parts = new List<Expression> { Product() };
        while (_tokens.SkipOperator("~")) parts.Add(Product());
        return parts.Count == 1 ? parts[0] : new Joining([.. parts], line);
    }

    private Expression Product() => LeftToRight(Power, "*", "/", "//", "%");

    private Expression Power() => LeftToRight(() => Unary(), "**");

    private Expression LeftToRight(Func<Expression> operand, params ReadOnlySpan<string> operators)
    {
        Expression left = operand();
        while (_tokens.Current.Kind == TokenKind.Operator && operators.Contains(_tokens.Current.Text))
        {
            Token operation = _tokens.Next();
            _tokens.Link();
            left = new Arithmetic(operation.Text switch { "//" => 'f', "**" => 'p', var text => text[0] }, left, operand(), operation.Line);
        }
        return left;
    }

    private Expression Unary(bool filtered = true)
    {
        int line = _tokens.Current.Line;
        Expression value = _tokens.SkipOperator("-") ? new Sign(negative: true, _tokens.Nested(() => Unary(filtered: false)), line)
            : _tokens.SkipOperator("+") ? new Sign(negative: false, _tokens.Nested(() => Unary(filtered: false)), line)
            : _primaries.Read();
        return _primaries.ReadSuffixes(value, filtered);
    }
}
