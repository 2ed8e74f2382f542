using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Matching;

/// <summary>
/// Whether an answer gives a value where the gold is a numeral, rather than a calculation of it: no sum, product, power, root or function
/// of plain numbers is left to be done. Fractions, decimals, percentages, units and powers of ten are values.
/// </summary>
internal static class EvaluatedForm
{
    /// <summary>Whether the answer is evaluated as far as the gold is.</summary>
    public static bool Holds(Node gold, Node prediction, WorkMeter meter) => !IsNumeral(gold, meter) || IsEvaluated(prediction, meter);

    /// <summary>Whether the gold is a number, or a list, tuple, set or matrix of numbers.</summary>
    private static bool IsNumeral(Node node, WorkMeter meter)
    {
        meter.Charge(1);
        return node.Kind switch
        {
            NodeKind.Relation => node.Name == "=" && IsNumeral(node.Arguments[^1], meter),
            NodeKind.List or NodeKind.Tuple or NodeKind.Set or NodeKind.Matrix or NodeKind.Ratio =>
                node.Arguments.Length > 0 && Array.TrueForAll(node.Arguments, item => IsNumeral(item, meter)),
            _ => IsNumber(node),
        };
    }

    private static bool IsNumber(Node node) => node.Kind switch
    {
        NodeKind.Number or NodeKind.Based => true,
        NodeKind.Negate or NodeKind.Percent or NodeKind.Degree or NodeKind.Quantity => IsNumber(node[0]),
        NodeKind.Divide => IsNumber(node[0]) && IsNumber(node[1]),
        NodeKind.Multiply => IsScientific(node),
        _ => false,
    };

    /// <summary>1.2 · 10³, also with a sign or negative exponent.</summary>
    private static bool IsScientific(Node node) =>
        node.Arguments.Length == 2 && node[0].Kind is NodeKind.Number or NodeKind.Negate && IsNumber(node[0]) && IsPowerOfTen(node[1]);

    private static bool IsPowerOfTen(Node node) =>
        node.Kind == NodeKind.Power && node[0].Kind == NodeKind.Number && node[0].Value.Equals(10)
        && (node[1].Kind == NodeKind.Number || (node[1].Kind == NodeKind.Negate && node[1][0].Kind == NodeKind.Number));

    private static bool IsEvaluated(Node node, WorkMeter meter)
    {
        meter.Charge(1);
        switch (node.Kind)
        {
            case NodeKind.Relation:
                // Of a chain such as 2 + 3 = 5, one side must be the value.
                return node.Name is not ("=" or "~" or "= =" or "= ~" or "= = =")
                    || Array.Exists(node.Arguments, side => !side.HasSymbols && IsEvaluated(side, meter));
            case NodeKind.List when node.Alternatives:
                return Array.Exists(node.Arguments, item => IsEvaluated(item, meter));
            case NodeKind.List or NodeKind.Tuple or NodeKind.Set or NodeKind.Matrix or NodeKind.Ratio or NodeKind.Union:
                return Array.TrueForAll(node.Arguments, item => IsEvaluated(item, meter));
            case NodeKind.PlusMinus:
                return Array.TrueForAll(node.Arguments, item => IsEvaluated(item, meter));
            case NodeKind.Multiply when node.Arguments.Length == 2 && Array.Exists(node.Arguments, factor => factor.IsSymbol("pi")):
                return Array.TrueForAll(node.Arguments, factor => IsEvaluated(factor, meter));
            case NodeKind.Divide or NodeKind.Negate or NodeKind.Percent or NodeKind.Degree or NodeKind.Quantity:
                return Array.TrueForAll(node.Arguments, part => IsEvaluated(part, meter));
            case NodeKind.Number or NodeKind.Based or NodeKind.Text:
                return true;
            case NodeKind.Symbol:
                return !node.HasSymbols;
            default:
                return IsScientific(node) || IsPowerOfTen(node);
        }
    }
}
