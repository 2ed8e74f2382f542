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
