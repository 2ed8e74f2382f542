using System.Globalization;
using Tilt.HuggingFace.ChatTemplates.Jinja.Functions;
using Tilt.HuggingFace.ChatTemplates.Jinja.Nodes;
using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Parsing;

/// <summary>Reads values and names, and what follows them directly: access, calls, filters and tests.</summary>
/// <param name="tokens">The tokens.</param>
/// <param name="expressions">Reads what stands in brackets.</param>
internal sealed class PrimaryParser(TokenReader tokens, ExpressionParser expressions)
{
    public Expression Read()
    {
        Token token = tokens.Current;
        switch (token.Kind)
        {
            case TokenKind.Name: return Name(tokens.Next());
            case TokenKind.String: return Text();
            case TokenKind.Integer:
                tokens.Next();
                return new Literal(long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
                    ? Boxed.Of(number)
                    : throw new JinjaException("a number has more than 64 bits", token.Line), token.Line);
            case TokenKind.Float:
                tokens.Next();
                return new Literal(double.Parse(token.Text, CultureInfo.InvariantCulture), token.Line);
        }
        if (tokens.SkipOperator("(")) return Parenthesis(token.Line);
        if (tokens.SkipOperator("[")) return new ListExpression(Items("]"), isTuple: false, token.Line);
        if (tokens.SkipOperator("{")) return Dictionary(token.Line);
        throw tokens.Unexpected("a value");
    }

    /// <summary>What follows a value; filters and tests belong to a sign before it, not to the value behind the sign.</summary>
    public Expression ReadSuffixes(Expression value, bool filtered)
    {
        while (true)
        {
            int line = tokens.Current.Line;
            if (tokens.SkipOperator(".")) value = Attribute(value, line);
            else if (tokens.SkipOperator("[")) value = Item(value, line);
            else if (tokens.Current.IsOperator("(")) value = new Call(value, Arguments(), line);
            else break;
            tokens.Link();
        }
        while (filtered)
        {
            int line = tokens.Current.Line;
            if (tokens.Current.IsOperator("|")) value = ReadFilter(value);
            else if (tokens.SkipName("is")) value = Test(value, line);
            else if (tokens.Current.IsOperator("(")) value = new Call(value, Arguments(), line);
            else break;
            tokens.Link();
        }
        return value;
    }

    public FilterCall ReadFilter(Expression operand)
    {
        tokens.ExpectOperator("|");
        Token name = tokens.ExpectName("the name of a filter");
        Filter filter = Filters.Find(DottedName(name), name.Line);
        return new FilterCall(operand, filter, tokens.Current.IsOperator("(") ? Arguments() : ArgumentExpressions.None, name.Line);
    }

    private static Expression Name(Token name) => name.Text switch
    {
        "true" or "True" => new Literal(Boxed.Of(true), name.Line),
        "false" or "False" => new Literal(Boxed.Of(false), name.Line),
        "none" or "None" => new Literal(null, name.Line),
        "self" or "caller" or "super" => throw new JinjaException($"'{name.Text}' is not supported", name.Line),
        _ => new Variable(name.Text, name.Line),
    };

    private Literal Text()
    {
        Token first = tokens.Next();
        string text = first.Text;
        while (tokens.Current.Kind == TokenKind.String) text += tokens.Next().Text;
        return new(text, first.Line);
    }

    private Expression Parenthesis(int line)
    {
        if (tokens.SkipOperator(")")) return new ListExpression([], isTuple: true, line);
        Expression value = expressions.ReadTuple();
        tokens.ExpectOperator(")");
        return value;
    }

    private Expression[] Items(string end)
    {
        var items = new List<Expression>();
        while (!tokens.SkipOperator(end))
        {
            if (items.Count > 0) tokens.ExpectOperator(",");
            if (tokens.SkipOperator(end)) break;
            items.Add(expressions.Read());
        }
        return [.. items];
    }

    private DictExpression Dictionary(int line)
    {
        var entries = new List<KeyValuePair<Expression, Expression>>();
        while (!tokens.SkipOperator("}"))
        {
            if (entries.Count > 0) tokens.ExpectOperator(",");
            if (tokens.SkipOperator("}")) break;
            Expression key = expressions.Read();
            tokens.ExpectOperator(":");
            entries.Add(new(key, expressions.Read()));
        }
        return new([.. entries], line);
    }

    private Expression Attribute(Expression owner, int line)
    {
        if (tokens.Current.Kind == TokenKind.Integer) return new ItemAccess(owner, Read(), line);
        return new AttributeAccess(owner, tokens.ExpectName("the name of an attribute").Text, line);
    }

    private Expression Item(Expression owner, int line)
    {
        Expression? start = tokens.Current.IsOperator(":") ? null : expressions.Read(), stop = null, step = null;
        if (start is not null && tokens.SkipOperator("]")) return new ItemAccess(owner, start, line);
        if (tokens.Current.IsOperator(",")) throw new JinjaException("an element is named by several keys, which is not supported", line);
        tokens.ExpectOperator(":");
        if (!tokens.Current.IsOperator(":") && !tokens.Current.IsOperator("]")) stop = expressions.Read();
        if (tokens.SkipOperator(":") && !tokens.Current.IsOperator("]")) step = expressions.Read();
        tokens.ExpectOperator("]");
        return new SliceAccess(owner, start, stop, step, line);
    }

    private ArgumentExpressions Arguments()
    {
        tokens.ExpectOperator("(");
        var positional = new List<Expression>();
        var named = new List<KeyValuePair<string, Expression>>();
        while (!tokens.SkipOperator(")"))
        {
            if (positional.Count + named.Count > 0) tokens.ExpectOperator(",");
            if (tokens.SkipOperator(")")) break;
            if (tokens.Current.IsOperator("*") || tokens.Current.IsOperator("**"))
                throw new JinjaException($"arguments are unpacked with '{tokens.Current.Text}', which is not supported",
                    tokens.Current.Line);
            if (tokens.Current.Kind == TokenKind.Name && tokens.Following.IsOperator("="))
            {
                string name = tokens.Next().Text;
                tokens.Next();
                named.Add(new(name, expressions.Read()));
            }
            else if (named.Count > 0)
                throw new JinjaException("an argument without a name stands behind one with a name", tokens.Current.Line);
            else positional.Add(expressions.Read());
        }
        return new([.. positional], [.. named]);
    }

    private TestCall Test(Expression operand, int line)
    {
        bool negated = tokens.SkipName("not");
        Token name = tokens.ExpectName("the name of a test");
        Test test = Tests.Find(DottedName(name), name.Line);
        ArgumentExpressions arguments = ArgumentExpressions.None;
        if (tokens.Current.IsOperator("(")) arguments = Arguments();
        else if (BeginsArgument())
        {
            if (tokens.Current.IsName("is")) throw new JinjaException("several tests with 'is' follow each other", line);
            arguments = new([ReadSuffixes(tokens.Nested(Read), filtered: false)], []);
        }
        return new(operand, test, arguments, negated, line);
    }

    // "is divisibleby 3" needs no brackets.
    private bool BeginsArgument() => tokens.Current switch
    {
        { Kind: TokenKind.String or TokenKind.Integer or TokenKind.Float } => true,
        { Kind: TokenKind.Name, Text: not ("else" or "or" or "and") } => true,
        { Kind: TokenKind.Operator, Text: "[" or "{" } => true,
        _ => false,
    };

    private string DottedName(Token name)
    {
        string text = name.Text;
        while (tokens.SkipOperator(".")) text += "." + tokens.ExpectName("a name").Text;
        return text;
    }
}
