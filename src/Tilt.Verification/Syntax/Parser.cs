using Tilt.Verification.Numbers;

namespace Tilt.Verification.Syntax;

/// <summary>
/// Parses the tokens of an answer by precedence climbing. Depth and steps are bounded; input that is no mathematics makes
/// <see cref="Parse"/> return null. This part: lists, relations, sets, sums and products.
/// </summary>
internal sealed partial class Parser(List<Token> tokens, WorkMeter meter)
{
    private static readonly Node Nothing = Node.Of(NodeKind.Empty);

    private static readonly System.Buffers.SearchValues<char> NoUnit = System.Buffers.SearchValues.Create("()[]<>=+:;\"|");

    private int _position;
    private int _depth;
    private int _bars;
    private bool _failed;

    private ref readonly Token Current => ref System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tokens)[_position];

    private TokenKind Kind => Current.Kind;

    public static Node? Parse(List<Token> tokens, WorkMeter meter)
    {
        TrimPunctuation(tokens);
        Brackets.Settle(tokens);
        TokenReadings.TrimQualifier(tokens);
        TokenReadings.FoldName(tokens);
        TokenReadings.OpenModulus(tokens);
        if (tokens.Count <= 1) return null;
        if (tokens is [{ Kind: TokenKind.Plus or TokenKind.Minus or TokenKind.Times or TokenKind.Divide or TokenKind.Relation }, _])
            return Node.Named(NodeKind.Text, tokens[0].Text);
        var parser = new Parser(tokens, meter);
        Node result = parser.ParseList();
        if (result.Height > 2 * meter.Budget.MaxDepth) throw new OverBudgetException("nesting");
        return parser._failed || parser.Kind != TokenKind.End || result.Kind == NodeKind.Empty ? null : result;
    }

    /// <summary>Removes sentence punctuation and stray signs at both ends.</summary>
    private static void TrimPunctuation(List<Token> tokens)
    {
        while (tokens.Count > 1 && (tokens[^2].Kind is TokenKind.Comma or TokenKind.Semicolon or TokenKind.Colon or TokenKind.RowBreak
            || tokens[^2] is { Kind: TokenKind.Unknown, Text: "." } or { Kind: TokenKind.Times, Text: "times" }))
        {
            tokens.RemoveAt(tokens.Count - 2);
        }
        int start = 0;
        while (start + 1 < tokens.Count
            && tokens[start] is { Kind: TokenKind.Relation, Text: "=" or "~" or "==" or "=>" } or { Kind: TokenKind.Colon })
            start++;
        if (start > 0) tokens.RemoveRange(0, start);
    }

    private Token Take()
    {
        Token token = Current;
        if (_position < tokens.Count - 1) _position++;
        return token;
    }

    private bool TryTake(TokenKind kind)
    {
        if (Kind != kind) return false;
        Take();
        return true;
    }

    private Node Fail()
    {
        _failed = true;
        _position = tokens.Count - 1;
        return Nothing;
    }

    private void Enter()
    {
        meter.Charge(1);
        if (++_depth > meter.Budget.MaxDepth) throw new OverBudgetException("nesting");
    }

    /// <summary>Items between commas, semicolons, "and" and "or"; one item stands for itself.</summary>
    private Node ParseList()
    {
        Enter();
        Node first = ParseItem();
        if (!IsSeparator(Kind))
        {
            _depth--;
            return first;
        }
        var items = new List<Node> { first };
        List<Node>? groups = null;
        bool alternatives = false;
        bool conjunction = false;
        while (IsSeparator(Kind) && !_failed)
        {
            bool semicolon = false;
            while (IsSeparator(Kind))
            {
                semicolon |= Kind == TokenKind.Semicolon;
                alternatives |= Kind == TokenKind.Or;
                conjunction |= Kind == TokenKind.And;
                Take();
            }
            if (Kind is TokenKind.End or TokenKind.Close or TokenKind.GroupClose) break;
            if (semicolon)
            {
                (groups ??= []).Add(ListOf(items, false, false));
                items = [];
            }
            if (TryTake(TokenKind.Ellipsis)) items.Add(Node.Symbol("…"));
            else items.Add(ParseItem());
        }
        _depth--;
        if (groups is null) return ListOf(items, alternatives, conjunction);
        if (items.Count > 0) groups.Add(ListOf(items, false, false));
        return ListOf(groups, alternatives, conjunction);
    }

    private static bool IsSeparator(TokenKind kind) =>
        kind is TokenKind.Comma or TokenKind.Semicolon or TokenKind.And or TokenKind.Or;

    private static Node ListOf(List<Node> items, bool alternatives, bool conjunction) =>
        items.Count == 1
            ? items[0]
            : new Node(NodeKind.List, "", [.. items]) { Alternatives = alternatives, Conjunction = conjunction && !alternatives };

    private Node ParseItem()
    {
        Node left = ParseRatio();
        if (!IsRelation) return left;
        var sides = new List<Node> { left };
        string signs = "";
        while (IsRelation && !_failed)
        {
            string sign = Take().Text;
            signs = signs.Length == 0 ? sign : signs + " " + sign;
            sides.Add(Kind is TokenKind.Relation ? Fail() : ParseRatio());
        }
        return Node.Named(NodeKind.Relation, signs, [.. sides]);
    }

    private bool IsRelation => Kind == TokenKind.Relation || (Kind == TokenKind.Bar && _bars == 0);

    private Node ParseRatio()
    {
        Node left = ParseSets();
        if (Kind == TokenKind.Divide && Current.Text == "over")
        {
            // TeX's {a \over b} divides all that stands before it in its group by all that follows.
            Take();
            left = Quotient(left, ParseSets());
        }
        if (Kind == TokenKind.Binomial && Current.Text == "choose")
        {
            Take();
            left = Node.Named(NodeKind.Function, "binom", left, ParseSets());
        }
        if (Kind != TokenKind.Colon) return left;
        var parts = new List<Node> { left };
        while (TryTake(TokenKind.Colon)) parts.Add(ParseSets());
        return Node.Of(NodeKind.Ratio, [.. parts]);
    }

    private Node ParseSets()
    {
        Node left = ParseSum();
        while (Kind is TokenKind.Union or TokenKind.Intersection or TokenKind.Difference)
        {
            NodeKind kind = Take().Kind switch
            {
                TokenKind.Union => NodeKind.Union,
                TokenKind.Intersection => NodeKind.Intersection,
                _ => NodeKind.Difference,
            };
            Node right = ParseSum();
            left = kind == left.Kind && kind != NodeKind.Difference
                ? Node.Of(kind, [.. left.Arguments, right])
                : Node.Of(kind, left, right);
            meter.Charge(left.Arguments.Length);
        }
        return left;
    }

    private Node ParseSum()
    {
        Enter();
        Node left = ParseProduct();
        if (Kind is TokenKind.Plus or TokenKind.Minus or TokenKind.PlusMinus)
        {
            var terms = new List<Node> { left };
            while (Kind is TokenKind.Plus or TokenKind.Minus or TokenKind.PlusMinus && !_failed)
            {
                Token sign = Take();
                Node term = ParseProduct();
                if (sign.Kind == TokenKind.PlusMinus)
                    terms = [Node.Named(NodeKind.PlusMinus, sign.Text, terms.Count == 1 ? terms[0] : Node.Of(NodeKind.Add, [.. terms]),
                        term)];
                else terms.Add(sign.Kind == TokenKind.Plus ? term : Node.Of(NodeKind.Negate, term));
            }
            left = terms.Count == 1 ? terms[0] : Node.Of(NodeKind.Add, [.. terms]);
        }
        _depth--;
        return left;
    }

    private Node ParseProduct()
    {
        Enter();
        Node left = ParseUnary();
        List<Node>? factors = null;
        while (!_failed)
        {
            if (Kind is TokenKind.Times && !IsUnitProduct(factors?[^1] ?? left))
            {
                Take();
                (factors ??= [left]).Add(ParseUnary());
                meter.Charge(1);
                continue;
            }
            if (factors is null && left.Kind == NodeKind.Number && IsUnitFraction())
            {
                left = ParseUnitFraction(left);
                continue;
            }
            if (StartsOperand(factors?[^1] ?? left))
            {
                if ((factors?[^1] ?? left).Kind == NodeKind.Quantity)
                {
                    // A value with a unit is not multiplied by what stands beside it; smaller units add to it.
                    Node whole = factors?[^1] ?? left;
                    Node part = Kind == TokenKind.Number ? ParseCompoundPart(whole) : Fail();
                    if (factors is null) left = part;
                    else factors[^1] = part;
                    continue;
                }
                Node next = ParseFactor(factors?[^1] ?? left, out bool mixed);
                if (!mixed) (factors ??= [left]).Add(next);
                else if (factors is null) left = next;
                else factors[^1] = next;
                meter.Charge(1);
                continue;
            }
            if (Kind is not (TokenKind.Divide or TokenKind.Text or TokenKind.Currency or TokenKind.Times) || Current.Text == "over") break;
            if (factors is not null) left = Node.Of(NodeKind.Multiply, [.. factors]);
            factors = null;
            if (Kind is TokenKind.Text or TokenKind.Currency or TokenKind.Times)
            {
                left = ParseUnit(left);
            }
            else
            {
                Take();
                left = Quotient(left, ParseUnary());
            }
            meter.Charge(1);
        }
        _depth--;
        return factors is null ? left : Node.Of(NodeKind.Multiply, [.. factors]);
    }

    /// <summary>A sign of percent behind a quotient is of the whole: 1/2% is half a percent.</summary>
    private static Node Quotient(Node left, Node right) => right.Kind == NodeKind.Percent
        ? Node.Of(NodeKind.Percent, Node.Of(NodeKind.Divide, left, right[0]))
        : Node.Of(NodeKind.Divide, left, right);

    private bool StartsOperand(Node left) => Kind switch
    {
        TokenKind.Binomial when Current.Text == "choose" => false,
        TokenKind.Symbol or TokenKind.Function or TokenKind.Open or TokenKind.GroupOpen or TokenKind.Fraction or TokenKind.Binomial
            or TokenKind.Root or TokenKind.BigOperator or TokenKind.Accent or TokenKind.BarOpen or TokenKind.BeginEnvironment => true,
        TokenKind.Number => left.Kind != NodeKind.Number || IsMixedTail(left),
        TokenKind.Bar => _bars == 0 && _position > 0 && OpensBar(),
        _ => false,
    };

    private bool OpensBar()
    {
        int closing = _position + 1;
        while (closing < tokens.Count && tokens[closing].Kind is not (TokenKind.Bar or TokenKind.Comma)) closing++;
        meter.Charge(1);
        return closing < tokens.Count && tokens[closing].Kind == TokenKind.Bar && closing > _position + 1;
    }

    /// <summary>Whether "5 3/7" follows: a whole number, a space, and a proper fraction of plain numbers.</summary>
    private bool IsMixedTail(Node left)
    {
        if (!left.Value.IsInteger || _position + 2 >= tokens.Count || !Current.SpaceBefore) return false;
        return tokens[_position + 1].Kind == TokenKind.Divide && tokens[_position + 2].Kind == TokenKind.Number
            && IsProper(Current.Text, tokens[_position + 2].Text);
    }

    private static bool IsProper(string top, string bottom) =>
        top.Length <= 9 && bottom.Length <= 9 && int.TryParse(top, out int a) && int.TryParse(bottom, out int b) && a > 0 && a < b;

    /// <summary>The factor after <paramref name="left"/>, or both together when they are one mixed number.</summary>
    private Node ParseFactor(Node left, out bool mixed)
    {
        mixed = true;
        if (left.Kind == NodeKind.Number && Kind == TokenKind.Number)
        {
            Rational top = NumberReader.Value(Take().Text, meter);
            Take();
            return ParsePostfix(Node.Number(left.Value + (top / NumberReader.Value(Take().Text, meter))));
        }
        bool fraction = left.Kind == NodeKind.Number && left.Value.IsInteger
            && (Kind == TokenKind.Fraction || (Kind == TokenKind.GroupOpen && tokens[_position + 1].Kind == TokenKind.Fraction));
        Node right = ParsePostfix();
        if (fraction && ProperFraction(right) is { } part)
        {
            Node whole = Node.Number(left.Value + part);
            return right.Kind is NodeKind.Percent or NodeKind.Degree ? Node.Of(right.Kind, whole) : whole;
        }
        mixed = false;
        return right;
    }

    /// <summary>
    /// The value of a fraction of plain whole numbers between 0 and 1, also with a percent or degree sign that follows it.
    /// </summary>
    private static Rational? ProperFraction(Node node)
    {
        if (node.Kind is NodeKind.Percent or NodeKind.Degree) node = node[0];
        if (node.Kind != NodeKind.Divide || node[0].Kind != NodeKind.Number || node[1].Kind != NodeKind.Number) return null;
        (Rational top, Rational bottom) = (node[0].Value, node[1].Value);
        return top.IsInteger && bottom.IsInteger && top.Sign > 0 && top.CompareTo(bottom) < 0 ? top / bottom : null;
    }

    private Node ParseUnary()
    {
        switch (Kind)
        {
            case TokenKind.Plus:
                Take();
                return ParseUnary();
            case TokenKind.Minus:
                return ParseNegation();
            case TokenKind.PlusMinus:
                string sign = Take().Text;
                return Node.Named(NodeKind.PlusMinus, sign, ParseSignedProduct());
            case TokenKind.Currency:
                string currency = Take().Text;
                Node value = ParseSignedProduct();
                return value.Kind == NodeKind.Quantity ? value : Node.Named(NodeKind.Quantity, currency, value);
            case TokenKind.Negation:
                Take();
                return Node.Named(NodeKind.Function, "not", ParseUnary());
            default:
                return ParsePostfix();
        }
    }

    private Node ParseNegation()
    {
        bool negative = false;
        while (Kind is TokenKind.Minus or TokenKind.Plus)
        {
            meter.Charge(1);
            negative ^= Take().Kind == TokenKind.Minus;
        }
        Node operand = ParseSignedProduct();
        return negative ? Node.Of(NodeKind.Negate, operand) : operand;
    }

    private Node ParseSignedProduct()
    {
        Enter();
        Node result = ParseProduct();
        _depth--;
        return result;
    }
}
