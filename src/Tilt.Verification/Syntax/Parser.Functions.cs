namespace Tilt.Verification.Syntax;

/// <summary>Named functions, sums and products over an index, matrices.</summary>
internal sealed partial class Parser
{
    private Node ParseFunction(string name)
    {
        Node? power = null;
        Node? logBase = null;
        while (Kind is TokenKind.Power or TokenKind.Subscript && !_failed)
        {
            if (Take().Kind == TokenKind.Power) power = ParseScript();
            else if (name is "log" or "lg") logBase = ParseIndex();
            else name += "_" + TakeScriptText();
        }
        Node argument = ParseFunctionArgument();
        Node[] arguments = argument.Kind == NodeKind.List ? argument.Arguments : [argument];
        if (logBase is not null) arguments = [argument, logBase];
        if (power is { Kind: NodeKind.Negate } && power[0] is { Kind: NodeKind.Number } one && one.Value.IsOne
            && Inverse(name) is { } inverse)
            return Node.Named(NodeKind.Function, inverse, arguments);
        Node call = name == "cis" ? Cis(argument) : Node.Named(NodeKind.Function, name, arguments);
        return power is null ? call : Node.Of(NodeKind.Power, call, power);
    }

    /// <summary>cis x = cos x + i sin x.</summary>
    private static Node Cis(Node argument) => Node.Of(
        NodeKind.Add,
        Node.Named(NodeKind.Function, "cos", argument),
        Node.Of(NodeKind.Multiply, Node.Symbol("i"), Node.Named(NodeKind.Function, "sin", argument)));

    private static string? Inverse(string name) => name switch
    {
        "sin" => "arcsin",
        "cos" => "arccos",
        "tan" => "arctan",
        "cot" => "arccot",
        "sec" => "arcsec",
        "csc" => "arccsc",
        "sinh" => "arsinh",
        "cosh" => "arcosh",
        "tanh" => "artanh",
        _ => null,
    };

    /// <summary>
    /// What a function without brackets applies to: a bracket or group alone, else factors up to the next sign or function.
    /// </summary>
    private Node ParseFunctionArgument()
    {
        Enter();
        Node argument = ParseBareArgument();
        _depth--;
        return argument;
    }

    private Node ParseBareArgument()
    {
        if (Kind == TokenKind.Open && Current.Text is "(" or "[")
        {
            Take();
            int savedBars = _bars;
            _bars = 0;
            Node inner = ParseList();
            _bars = savedBars;
            return Kind == TokenKind.Close && Take().Kind == TokenKind.Close ? inner : Fail();
        }
        if (TryTake(TokenKind.GroupOpen))
        {
            return ParseGroup();
        }
        if (Kind == TokenKind.Function)
        {
            string name = Take().Text;
            return ParseFunction(name);
        }
        if (Kind is TokenKind.Minus)
        {
            Take();
            return Node.Of(NodeKind.Negate, ParseFunctionArgument());
        }
        Node argument = ParsePostfix();
        while (!_failed && Kind is TokenKind.Symbol or TokenKind.Number or TokenKind.Fraction or TokenKind.Root or TokenKind.GroupOpen
            && StartsOperand(argument))
        {
            argument = Node.Of(NodeKind.Multiply, argument, ParsePostfix());
            meter.Charge(1);
        }
        return argument;
    }

    private Node ParseBigOperator(string name)
    {
        Node lower = Nothing;
        Node upper = Nothing;
        while (Kind is TokenKind.Power or TokenKind.Subscript && !_failed)
        {
            if (Take().Kind == TokenKind.Power) upper = ParseIndex();
            else lower = ParseIndex();
        }
        Enter();
        Node body = ParseProduct();
        _depth--;
        return Node.Named(NodeKind.BigOperator, name, lower, upper, body);
    }

    /// <summary>A limit or index: a group or one operand, without powers of its own.</summary>
    private Node ParseIndex()
    {
        Enter();
        Node index = Kind == TokenKind.Minus && Take().Kind == TokenKind.Minus ? Node.Of(NodeKind.Negate, ParsePrimary()) : ParsePrimary();
        _depth--;
        return index;
    }

    private Node ParseMatrix(string environment)
    {
        bool array = environment is "array" || environment.EndsWith("matrix", StringComparison.Ordinal);
        var cells = new List<Node>();
        int columns = 0;
        int rows = 0;
        int inRow = 0;
        int savedBars = _bars;
        _bars = 0;
        while (!_failed && Kind != TokenKind.EndEnvironment)
        {
            if (TryTake(TokenKind.Ampersand)) continue;
            if (TryTake(TokenKind.RowBreak))
            {
                EndRow();
                continue;
            }
            if (Kind == TokenKind.End) return Fail();
            cells.Add(array ? ParseItem() : ParseList());
            inRow++;
            meter.Charge(1);
        }
        EndRow();
        _bars = savedBars;
        if (_failed || Take().Kind != TokenKind.EndEnvironment || rows == 0) return Fail();
        if ((!array || environment == "array") && cells.Count == 1) return cells[0];
        // A system of equations, one in a row.
        if (environment is "cases" && columns == 1 && cells.TrueForAll(cell => cell.Kind == NodeKind.Relation))
            return new Node(NodeKind.List, "", [.. cells]) { Conjunction = true };
        string prefix = environment is "vmatrix" ? "det " : array ? "" : environment + " ";
        return Node.Named(NodeKind.Matrix, $"{prefix}{rows}×{columns}", [.. cells]);

        void EndRow()
        {
            if (inRow == 0) return;
            if (rows > 0 && columns != inRow) Fail();
            columns = inRow;
            rows++;
            inRow = 0;
        }
    }
}
