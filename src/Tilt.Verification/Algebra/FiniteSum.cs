using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Algebra;

/// <summary>Sums and products over a whole-number index with constant limits.</summary>
internal static class FiniteSum
{
    private const int MostTerms = 2_000;

    public static Fraction? TryEvaluate(Node node, ExactEvaluator evaluator, WorkMeter meter)
    {
        if (node.Kind != NodeKind.BigOperator || node.Name is not ("sum" or "prod")) return null;
        if (node[0] is not { Kind: NodeKind.Relation, Name: "=" } start || start.Arguments.Length != 2 || start[0].Kind != NodeKind.Symbol)
            return null;
        if (evaluator.Evaluate(start[1]) is not { } low || !low.TryGetRational(out Rational first) || !first.TryGetInt(out int from))
            return null;
        if (evaluator.Evaluate(node[1]) is not { } high || !high.TryGetRational(out Rational last) || !last.TryGetInt(out int to))
            return null;
        if (to - from >= MostTerms) return null;
        Fraction? total = Fraction.Of(node.Name == "sum" ? Rational.Zero : Rational.One);
        for (int index = from; index <= to && total is not null; index++)
        {
            meter.Charge(8);
            Node term = Substitution.Replace(node[2], start[0].Name, Node.Number(index), meter);
            if (evaluator.Evaluate(term) is not { } value) return null;
            total = node.Name == "sum" ? total.Value.Add(value, meter) : total.Value.Multiply(value, meter);
        }
        return total;
    }
}
