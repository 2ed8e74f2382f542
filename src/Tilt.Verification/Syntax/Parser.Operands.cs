using Tilt.Verification.Numbers;

namespace Tilt.Verification.Syntax;

/// <summary>Operands: numbers, symbols, functions, brackets, and what may follow them.</summary>
internal sealed partial class Parser
{
    private Node ParsePostfix() => ParsePostfix(null);

    /// <summary>An operand, given or read, and the signs behind it.</summary>
    private Node ParsePostfix(Node? given)
    {
        Enter();
        Node operand = given ?? ParsePrimary();
        while (!_failed)
        {
            if (Kind == TokenKind.Power) operand = ParsePower(operand);
            else if (Kind == TokenKind.Factorial)
            {
                Take();
                operand = Kind == TokenKind.Factorial && !Current.SpaceBefore && Take().Kind == TokenKind.Factorial
                    ? Node.Named(NodeKind.Function, "double factorial", operand)
                    : Node.Of(NodeKind.Factorial, operand);
            }
            else if (Kind == TokenKind.Percent)
            {
                Take();
                // A percent of a percent is a slip or a trick.
                operand = operand.Kind == NodeKind.Percent ? Fail() : Node.Of(NodeKind.Percent, operand);
            }
            else if (Kind == TokenKind.Degree)
            {
                Take();
                operand = Node.Of(NodeKind.Degree, operand);
            }
            else if (Kind == TokenKind.Prime && operand.Kind == NodeKind.Number) operand = ParseFeet(operand);
            else if (Kind == TokenKind.Prime)
            {
                Take();
                operand = operand.Kind == NodeKind.Symbol ? Node.Symbol(operand.Name + "'") : Node.Named(NodeKind.Function, "'", operand);
            }
            else if (Kind == TokenKind.Subscript) operand = ParseSubscript(operand);
            else if (operand.Kind == NodeKind.Symbol && Kind == TokenKind.Open && Current.Text == "(" && ParseCall(operand) is { } call)
                operand = call;
            else if (operand.Kind == NodeKind.Symbol && Kind == TokenKind.GroupOpen && IsFunctionName(operand.Name)
                && tokens[_position + 1] is { Kind: TokenKind.Open, Text: "(" })
            {
                Take();
                operand = ParseCall(operand) ?? operand;
                if (!TryTake(TokenKind.GroupClose)) return Fail();
            }
            else break;
            meter.Charge(1);
        }
        _depth--;
        return operand;
    }

    private Node ParsePower(Node operand)
    {
        Take();
        bool grouped = Kind == TokenKind.GroupOpen;
        int at = _position + (grouped ? 1 : 0);
        if (at + 1 < tokens.Count && tokens[at].Kind is TokenKind.Degree or TokenKind.Prime
            && (!grouped || tokens[at + 1].Kind is TokenKind.GroupClose or TokenKind.Prime))
        {
            int count = 0;
            if (grouped) Take();
            bool degree = Kind == TokenKind.Degree;
            for (; Kind is TokenKind.Degree or TokenKind.Prime; count++) Take();
            if (grouped && !TryTake(TokenKind.GroupClose)) return Fail();
            if (degree) return Node.Of(NodeKind.Degree, operand);
            return operand.Kind == NodeKind.Symbol
                ? Node.Symbol(operand.Name + new string('\'', Math.Min(count, 8)))
                : Node.Named(NodeKind.Function, "'", operand);
        }
        Node script = ParseScript();
        if (operand.Kind == NodeKind.Number && script.IsSymbol("o")) return Node.Of(NodeKind.Degree, operand);
        // 11^{th} is a number, as the word "eleventh".
        string ending = script.Kind == NodeKind.Symbol && script.Name[0] == '"' ? script.Name[1..]
            : script.Kind == NodeKind.Multiply && Array.TrueForAll(script.Arguments, letter => letter.Kind == NodeKind.Symbol)
            ? string.Concat(script.Arguments.Select(letter => letter.Name)) : "";
        bool ordinal = operand.Kind == NodeKind.Number && WordNumbers.IsOrdinalEnding(operand.Name, ending);
        return ordinal ? operand : Node.Of(NodeKind.Power, operand, script);
    }

    /// <summary>A superscript or limit: a group, or one operand with its sign and own powers.</summary>
    private Node ParseScript()
    {
        Enter();
        Node script;
        if (Kind is TokenKind.Minus or TokenKind.Plus)
        {
            bool negative = Take().Kind == TokenKind.Minus;
            Node operand = ParseScript();
            script = negative ? Node.Of(NodeKind.Negate, operand) : operand;
        }
        else
        {
            script = ParsePrimary();
            if (Kind == TokenKind.Power)
            {
                Take();
                script = Node.Of(NodeKind.Power, script, ParseScript());
            }
        }
        _depth--;
        return script;
    }

    private Node ParseSubscript(Node operand)
    {
        Take();
        string index = TakeScriptText();
        if (operand.Kind == NodeKind.Number && WordNumbers.Cardinal(index.Trim('(', ')')) is { } spelled)
            index = spelled.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (operand.Kind == NodeKind.Number && int.TryParse(index, out int radix) && radix is >= 2 and <= 36)
            return BasedNumber(operand.Name, radix, index);
        if (operand.Kind == NodeKind.Symbol) return Node.Symbol(operand.Name + "_" + index);
        return Node.Named(NodeKind.Function, "_" + index, operand);
    }

    private Node BasedNumber(string digits, int radix, string index)
    {
        Rational value = Rational.Zero;
        Rational place = Rational.One;
        bool fraction = false;
        meter.ChargeBits((long)digits.Length * digits.Length);
        foreach (char c in digits)
        {
            if (c == '.')
            {
                fraction = true;
                continue;
            }
            int digit = NumberReader.DigitValue(c);
            if (digit >= radix) return Fail();
            if (!fraction) value = (value * radix) + digit;
            else
            {
                place /= radix;
                value += place * digit;
            }
        }
        return Node.Based(value, digits.TrimStart('0') + "_" + index);
    }

    /// <summary>The text of a subscript, spaces removed.</summary>
    private string TakeScriptText()
    {
        if (Kind != TokenKind.GroupOpen) return Kind == TokenKind.End ? "" : Take().Text;
        var text = new System.Text.StringBuilder();
        int nesting = 0;
        do
        {
            Token token = Take();
            if (token.Kind == TokenKind.GroupOpen) nesting++;
            else if (token.Kind == TokenKind.GroupClose) nesting--;
            else if (token.Kind == TokenKind.End)
            {
                Fail();
                return "";
            }
            else text.Append(token.Text);
            if (nesting > 0 && token.Kind is TokenKind.GroupOpen or TokenKind.GroupClose && text.Length > 0) text.Append('|');
            meter.Charge(1);
        }
        while (nesting > 0);
        return text.ToString();
    }

    /// <summary>f(x) as a call rather than a product: for the usual function letters, several arguments, or a plain number.</summary>
    private Node? ParseCall(Node head)
    {
        if (!IsFunctionName(head.Name) && !LooksLikeArguments(head)) return null;
        Take();
        Node argument = ParseList();
        if (_failed || Kind != TokenKind.Close) return Fail();
        Take();
        return Node.Named(NodeKind.Apply, head.Name, argument.Kind == NodeKind.List ? argument.Arguments : [argument]);
    }

    private static bool IsFunctionName(string name) =>
        name[0] is 'f' or 'g' or 'h' or 'F' or 'G' or 'H' && (name.Length == 1 || name[1] is '_' or '\'');

    /// <summary>Whether the bracket ahead holds several items, or one number that a product would not be written with.</summary>
    private bool LooksLikeArguments(Node head)
    {
        if (tokens[_position + 1].Kind == TokenKind.Number && tokens[_position + 2].Kind == TokenKind.Close)
            return char.IsUpper(head.Name[0]) || tokens[_position + 1].Text == "0";
        int nesting = 0;
        for (int i = _position; i < tokens.Count; i++)
        {
            meter.Charge(1);
            TokenKind kind = tokens[i].Kind;
            if (kind is TokenKind.Open or TokenKind.GroupOpen or TokenKind.BeginEnvironment) nesting++;
            else if (kind is TokenKind.Close or TokenKind.GroupClose or TokenKind.EndEnvironment)
            {
                if (--nesting == 0) return false;
            }
            else if (kind == TokenKind.Comma && nesting == 1) return true;
        }
        return false;
    }

    private Node ParsePrimary()
    {
        Token token = Take();
        switch (token.Kind)
        {
            case TokenKind.Number:
                return Node.Number(NumberReader.Value(token.Text, meter), token.Text);
            case TokenKind.Based:
                int underscore = token.Text.IndexOf('_', StringComparison.Ordinal);
                return BasedNumber(token.Text[..underscore],
                    int.Parse(token.Text.AsSpan(underscore + 1), System.Globalization.CultureInfo.InvariantCulture),
                    token.Text[(underscore + 1)..]);
            case TokenKind.Symbol:
                return Node.Symbol(token.Text);
            case TokenKind.Text:
                return Kind == TokenKind.End && _position == 1 ? Node.Named(NodeKind.Text, token.Text) : Node.Symbol("\"" + token.Text);
            case TokenKind.Function:
                return ParseFunction(token.Text);
            case TokenKind.Fraction:
                Node top = ParseArgument();
                Node bottom = ParseArgument();
                return Differentials.TryRead(top, bottom) ?? Node.Of(NodeKind.Divide, top, bottom);
            case TokenKind.Binomial:
                return Node.Named(NodeKind.Function, "binom", ParseArgument(), ParseArgument());
            case TokenKind.Root:
                return ParseRoot();
            case TokenKind.GroupOpen:
                return ParseGroup();
            case TokenKind.Open:
                return ParseBrackets(token.Text);
            case TokenKind.Bar or TokenKind.BarOpen:
                return ParseBars();
            case TokenKind.BigOperator:
                return ParseBigOperator(token.Text);
            case TokenKind.Accent:
                return ParseAccent(token.Text);
            case TokenKind.BeginEnvironment:
                return ParseMatrix(token.Text);
            case TokenKind.Ellipsis:
                return Node.Symbol("…");
            default:
                return Fail();
        }
    }

    /// <summary>The argument of a command: a group, or one token; <c>\frac12</c> takes single digits.</summary>
    private Node ParseArgument()
    {
        if (Kind == TokenKind.Number && Current.Text.Length > 1)
        {
            Token token = Current;
            if (!token.Text.All(char.IsAsciiDigit)) return ParseUnary();
            tokens[_position] = token with { Text = token.Text[1..], SpaceBefore = false };
            return Node.Number(NumberReader.Value(token.Text[..1], meter), token.Text[..1]);
        }
        if (Kind == TokenKind.Minus)
        {
            Take();
            return Node.Of(NodeKind.Negate, ParseArgument());
        }
        Enter();
        Node argument = ParsePrimary();
        _depth--;
        return argument;
    }

    private Node ParseRoot()
    {
        Node? index = null;
        if (Kind == TokenKind.Open && Current.Text == "[")
        {
            Take();
            index = ParseList();
            if (!TryTake(TokenKind.Close)) return Fail();
        }
        Node radicand = Kind == TokenKind.Number ? NumberArgument() : ParseArgument();
        return index is null
            ? Node.Named(NodeKind.Function, "sqrt", radicand)
            : Node.Named(NodeKind.Function, "root", radicand, index);
    }

    private Node NumberArgument()
    {
        Token token = Take();
        return Node.Number(NumberReader.Value(token.Text, meter), token.Text);
    }

    private Node ParseGroup()
    {
        if (TryTake(TokenKind.GroupClose)) return Kind == TokenKind.Power || StartsOperand(Nothing) ? ParsePrimary() : Fail();
        int saved = _bars;
        _bars = 0;
        Node inner = ParseList();
        _bars = saved;
        return TryTake(TokenKind.GroupClose) ? inner : Fail();
    }

    private Node ParseBrackets(string open)
    {
        if (open == "{" && Kind == TokenKind.Close && Take().Text == "}") return Node.Of(NodeKind.Set);
        int saved = _bars;
        _bars = 0;
        Node inner = ParseList();
        _bars = saved;
        if (_failed || Kind != TokenKind.Close) return Fail();
        string close = Take().Text;
        if (open == "{" && close == "}" && AsSetBuilder(inner) is { } described) return described;
        Node[] items = inner.Kind == NodeKind.List ? inner.Arguments : [inner];
        switch (open)
        {
            case "{":
                return close == "}" ? Node.Of(NodeKind.Set, items) : Fail();
            case "⌊":
                return close == "⌋" && items.Length == 1 ? Node.Named(NodeKind.Function, "floor", inner) : Fail();
            case "⌈":
                return close == "⌉" && items.Length == 1 ? Node.Named(NodeKind.Function, "ceil", inner) : Fail();
            case "⟨":
                return close == "⟩" ? Node.Named(NodeKind.Tuple, "()", items) : Fail();
        }
        if (close is not (")" or "]")) return Fail();
        if (items.Length > 1) return inner.Alternatives ? Fail() : Node.Named(NodeKind.Tuple, open + close, items);
        if ((open == "(") != (close == ")")) return Fail();
        return inner.Kind == NodeKind.Symbol ? inner.InBrackets() : inner;
    }

    /// <summary>What <c>{x ∈ ℝ : condition}</c> says: the condition on x.</summary>
    private static Node? AsSetBuilder(Node inner)
    {
        if (inner is { Kind: NodeKind.Relation })
        {
            string[] all = inner.Name.Split(' ');
            int bar = Array.IndexOf(all, "|");
            if (bar >= 0 && bar + 1 < all.Length && inner[0].Kind == NodeKind.Symbol
                && (bar == 0 || (bar == 1 && all[0] == "in" && inner[1].IsSymbol("ℝ"))))
                return Node.Named(NodeKind.Relation, string.Join(' ', all[(bar + 1)..]), inner.Arguments[(bar + 1)..]);
        }
        // The colon binds before relations: x ∈ (ℝ : x) > 2. Put it where it belongs.
        if (inner is { Kind: NodeKind.Relation }
            && Array.FindIndex(inner.Arguments, side => side.Kind == NodeKind.Ratio && side.Arguments.Length == 2) is >= 0 and var at)
        {
            string[] signs = inner.Name.Split(' ');
            Node ratio = inner[at];
            bool membership = at == 1 && signs[0] == "in" && inner[0].Kind == NodeKind.Symbol && ratio[0].Kind == NodeKind.Symbol;
            if (!membership && !(at == 0 && ratio[0].Kind == NodeKind.Symbol)) return null;
            if (membership && ratio[0].Name != "ℝ") return null;
            if (at == signs.Length) return null;
            Node[] sides = [ratio[1], .. inner.Arguments.AsSpan(at + 1)];
            return Node.Named(NodeKind.Relation, string.Join(' ', signs.AsSpan(at).ToArray()), sides);
        }
        return inner is { Kind: NodeKind.Ratio } && inner[0].Kind == NodeKind.Symbol && inner[1].Kind is NodeKind.Relation or NodeKind.List
            ? inner[1]
            : null;
    }

    private Node ParseBars()
    {
        _bars++;
        Node inner = ParseSum();
        _bars--;
        return Kind is TokenKind.Bar or TokenKind.BarClose && Take().Kind != TokenKind.End
            ? Node.Named(NodeKind.Function, "abs", inner)
            : Fail();
    }

    private Node ParseAccent(string accent)
    {
        switch (accent)
        {
            case "boldsymbol" or "bm" or "pmb" or "mathcal" or "mathscr" or "mathfrak":
                return ParseArgument();
            // What is crossed out is withdrawn.
            case "cancel":
                return Fail();
            case "mathbb" or "Bbb":
                string letter = TakeScriptText();
                return Node.Symbol(letter switch { "R" => "ℝ", "Z" => "ℤ", "N" => "ℕ", "Q" => "ℚ", "C" => "ℂ", _ => "bb:" + letter });
            case "overset" or "underset" or "stackrel":
                TakeScriptText();
                return ParseArgument();
            default:
                return Node.Symbol(accent + ":" + TakeScriptText());
        }
    }
}
