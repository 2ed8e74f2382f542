using Tilt.HuggingFace.ChatTemplates.Jinja.Nodes;
using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Parsing;

/// <summary>Reads the statements of a template.</summary>
internal sealed class StatementParser
{
    private static readonly string[] Unsupported =
    [
        "autoescape", "block", "call", "debug", "do", "extends", "filter", "from", "import", "include", "pluralize", "print", "raw",
        "trans", "with",
    ];

    private readonly TokenReader _tokens;
    private readonly ExpressionParser _expressions;
    private int _loops;

    private StatementParser(TokenReader tokens) => (_tokens, _expressions) = (tokens, new(tokens));

    /// <summary>The statements of a template.</summary>
    /// <exception cref="JinjaException">The template is wrong, or uses what is not supported.</exception>
    public static Statement Parse(IReadOnlyList<Token> tokens)
    {
        var parser = new StatementParser(new TokenReader(tokens));
        return parser.Body();
    }

    // Everything up to one of these tags, whose name is read; without any, up to the end.
    private Sequence Body(params string[] ends)
    {
        var statements = new List<Statement>();
        int line = _tokens.Current.Line;
        while (_tokens.Current.Kind != TokenKind.End)
        {
            Token token = _tokens.Next();
            if (token.Kind == TokenKind.Text) statements.Add(new TextStatement(token.Text));
            else if (token.Kind == TokenKind.OutputBegin)
            {
                statements.Add(new OutputStatement(_expressions.ReadTuple()));
                _tokens.Expect(TokenKind.OutputEnd, "'}}'");
            }
            else if (ends.Contains(_tokens.Current.Text)) return new([.. statements]);
            else statements.Add(_tokens.Nested(Tag));
        }
        if (ends.Length > 0) throw new JinjaException($"the tag that begins here does not end ('{ends[^1]}' is missing)", line);
        return new([.. statements]);
    }

    private Statement Tag()
    {
        Token tag = _tokens.ExpectName("the name of a tag");
        switch (tag.Text)
        {
            case "if": return If();
            case "for": return For();
            case "set": return Set();
            case "macro": return Macro();
            case "generation": return Generation();
            case "break" or "continue":
                if (_loops == 0) throw new JinjaException($"'{tag.Text}' stands outside of a loop", tag.Line);
                EndTag();
                return new JumpStatement(tag.Text == "break" ? Flow.Break : Flow.Continue);
            default:
                throw new JinjaException(Unsupported.Contains(tag.Text)
                    ? $"the tag '{tag.Text}' is not supported"
                    : $"the tag '{tag.Text}' is not known here", tag.Line);
        }
    }

    private IfStatement If()
    {
        var cases = new List<KeyValuePair<Expression, Statement>>();
        do
        {
            Expression condition = _expressions.ReadTuple(conditional: false);
            EndTag();
            cases.Add(new(condition, Body("elif", "else", "endif")));
        }
        while (_tokens.SkipName("elif"));
        return new([.. cases], Else("endif"));
    }

    private ForStatement For()
    {
        Target target = Targets();
        if (!_tokens.SkipName("in")) throw _tokens.Unexpected("'in'");
        Expression items = _expressions.ReadTuple(conditional: false);
        Expression? filter = _tokens.SkipName("if") ? _expressions.Read() : null;
        if (_tokens.Current.IsName("recursive")) throw new JinjaException("recursive loops are not supported", _tokens.Current.Line);
        EndTag();
        _loops++;
        Statement body = Body("else", "endfor");
        _loops--;
        return new(target, items, target.Copy(), filter, body, Else("endfor"));
    }

    private Sequence? Else(string end)
    {
        Sequence? otherwise = null;
        if (_tokens.SkipName("else"))
        {
            EndTag();
            otherwise = Body(end);
        }
        if (!_tokens.SkipName(end)) throw _tokens.Unexpected($"'{end}'");
        EndTag();
        return otherwise;
    }

    private Statement Set()
    {
        Target target = Targets();
        if (_tokens.SkipOperator("="))
        {
            Expression value = _expressions.ReadTuple();
            EndTag();
            return new SetStatement(target, value);
        }
        Expression? filtered = null;
        while (_tokens.Current.IsOperator("|"))
        {
            if (target is not NameTarget { Name: var name })
                throw new JinjaException("a block is filtered and set to something else than a name, which is not supported",
                    _tokens.Current.Line);
            filtered = _expressions.ReadFilter(filtered ?? new Variable(name, _tokens.Current.Line));
        }
        EndTag();
        var block = new SetBlockStatement(target, Apart("endset"));
        return filtered is null ? block : new Sequence([block, new SetStatement(target.Copy(), filtered)]);
    }

    private MacroStatement Macro()
    {
        string name = _tokens.ExpectName("the name of the macro").Text;
        _tokens.ExpectOperator("(");
        var parameters = new List<MacroParameter>();
        while (!_tokens.SkipOperator(")"))
        {
            if (parameters.Count > 0) _tokens.ExpectOperator(",");
            if (_tokens.SkipOperator(")")) break;
            string parameter = _tokens.ExpectName("the name of a parameter").Text;
            parameters.Add(new(parameter, _tokens.SkipOperator("=") ? _expressions.Read() : null));
        }
        EndTag();
        int begin = _tokens.Position;
        Statement body = Apart("endmacro");
        return new(name, [.. parameters], _tokens.HasSeen("varargs", begin), _tokens.HasSeen("kwargs", begin), body);
    }

    private GenerationStatement Generation()
    {
        EndTag();
        return new(Apart("endgeneration"));
    }

    // A body that no break or continue inside can leave.
    private Sequence Apart(string end)
    {
        (int loops, _loops) = (_loops, 0);
        Sequence body = Body(end);
        _tokens.Next();
        EndTag();
        _loops = loops;
        return body;
    }

    private void EndTag() => _tokens.Expect(TokenKind.BlockEnd, "'%}'");

    private Target Targets()
    {
        var targets = new List<Target> { OneTarget() };
        bool isTuple = false;
        while (_tokens.SkipOperator(","))
        {
            isTuple = true;
            if (_tokens.Current.Kind is not TokenKind.Name && !_tokens.Current.IsOperator("(")) break;
            targets.Add(OneTarget());
        }
        return isTuple ? new TupleTarget([.. targets]) : targets[0];
    }

    private Target OneTarget()
    {
        if (_tokens.SkipOperator("("))
        {
            Target inner = _tokens.Nested(Targets);
            _tokens.ExpectOperator(")");
            return inner;
        }
        Token name = _tokens.ExpectName();
        if (name.Text is "true" or "false" or "none" or "True" or "False" or "None" or "loop")
            throw new JinjaException($"'{name.Text}' cannot be set", name.Line);
        return _tokens.SkipOperator(".")
            ? new AttributeTarget(new Variable(name.Text, name.Line), _tokens.ExpectName("the name of an attribute").Text)
            : new NameTarget(name.Text);
    }
}
