namespace Tilt.Verification.Syntax;

/// <summary>Units after values: words, currency signs, powers, and sums of two units.</summary>
internal sealed partial class Parser
{
    /// <summary>
    /// What follows a value with a unit: a smaller quantity of the same kind, as in 5 hours 30 minutes. Anything else is no answer.
    /// </summary>
    private Node ParseCompoundPart(Node whole)
    {
        Node part = ParsePostfix();
        if (_failed || Kind != TokenKind.Text) return Fail();
        part = ParseUnit(part);
        return !_failed && CompoundQuantity.TryJoin([whole, part]) is { } sum ? sum : Fail();
    }

    /// <summary>Feet and inches by their signs: 5' 6'' and 6''; a single prime behind a number alone stays a sign.</summary>
    private Node ParseFeet(Node number)
    {
        Take();
        if (TryTake(TokenKind.Prime)) return Node.Named(NodeKind.Quantity, "in", number);
        bool inches = Kind == TokenKind.Number && tokens[_position + 1].Kind == TokenKind.Prime
            && tokens[_position + 2].Kind == TokenKind.Prime;
        if (!inches) return Node.Named(NodeKind.Function, "'", number);
        Node part = Node.Named(NodeKind.Quantity, "in", NumberArgument());
        Take();
        Take();
        return CompoundQuantity.TryJoin([Node.Named(NodeKind.Quantity, "ft", number), part]) ?? Fail();
    }

    /// <summary>Whether a fraction of two units follows a value, as in 60 \frac{km}{h}.</summary>
    private bool IsUnitFraction()
    {
        if (Kind != TokenKind.Fraction || _position + 6 >= tokens.Count) return false;
        ReadOnlySpan<Token> ahead = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tokens)[(_position + 1)..(_position + 7)];
        return ahead[0].Kind == TokenKind.GroupOpen && ahead[2].Kind == TokenKind.GroupClose && ahead[3].Kind == TokenKind.GroupOpen
            && ahead[5].Kind == TokenKind.GroupClose && (ahead[1].Kind == TokenKind.Text || ahead[4].Kind == TokenKind.Text)
            && ahead[1].Kind is TokenKind.Text or TokenKind.Symbol && ahead[4].Kind is TokenKind.Text or TokenKind.Symbol
            && Units.IsKnown(ahead[1].Text) && Units.IsKnown(ahead[4].Text);
    }

    private Node ParseUnitFraction(Node value)
    {
        string name = tokens[_position + 2].Text + "/" + tokens[_position + 5].Text;
        _position += 7;
        return Node.Named(NodeKind.Quantity, name, value);
    }

    /// <summary>Words, currency signs and unit powers after a value.</summary>
    private Node ParseUnit(Node value)
    {
        var unit = new System.Text.StringBuilder();
        while (!_failed)
        {
            if (Kind is TokenKind.Text or TokenKind.Currency)
            {
                if (unit.Length > 0 && unit[^1] is not ('/' or '·')) unit.Append(' ');
                unit.Append(Take().Text);
            }
            else if (Kind == TokenKind.Power && TakeUnitPower(out string power)) unit.Append('^').Append(power);
            else if (Kind == TokenKind.Divide && _position + 1 < tokens.Count
                && tokens[_position + 1].Kind is TokenKind.Text or TokenKind.Symbol)
            {
                Take();
                unit.Append('/').Append(Take().Text);
            }
            else if (Kind == TokenKind.Times && unit.Length > 0 && _position + 1 < tokens.Count
                && tokens[_position + 1].Kind is TokenKind.Text)
            {
                Take();
                unit.Append('·').Append(Take().Text);
            }
            else break;
        }
        string name = unit.ToString();
        return name.Length > 0 && name.AsSpan().IndexOfAny(NoUnit) < 0 ? Node.Named(NodeKind.Quantity, name, value) : Fail();
    }

    /// <summary>Whether a times sign stands between two units rather than two values.</summary>
    private bool IsUnitProduct(Node left) => left.Kind == NodeKind.Quantity && tokens[_position + 1].Kind == TokenKind.Text;

    private bool TakeUnitPower(out string power)
    {
        power = "";
        bool grouped = tokens[_position + 1].Kind == TokenKind.GroupOpen;
        int at = _position + (grouped ? 2 : 1);
        string sign = "";
        if (at < tokens.Count && tokens[at].Kind == TokenKind.Minus)
        {
            sign = "-";
            at++;
        }
        if (at >= tokens.Count || tokens[at].Kind != TokenKind.Number) return false;
        if (grouped && (at + 1 >= tokens.Count || tokens[at + 1].Kind != TokenKind.GroupClose)) return false;
        power = sign + tokens[at].Text;
        _position = at + (grouped ? 2 : 1);
        return true;
    }
}
