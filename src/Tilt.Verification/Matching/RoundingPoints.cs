using Tilt.Verification.Algebra;
using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Matching;

/// <summary>The points at which floors and ceilings of linear expressions step.</summary>
internal static class RoundingPoints
{
    private const int MostPoints = 24;

    private static readonly int[] Steps = [1, 2, -1, 5];

    /// <summary>The points of both sides, whole ones alone where symbols are whole numbers.</summary>
    public static List<Rational> Of(Node a, Node b, bool whole, WorkMeter meter)
    {
        var points = new List<Rational>();
        Collect(a, points, whole, meter);
        Collect(b, points, whole, meter);
        return points;
    }

    private static void Collect(Node node, List<Rational> points, bool whole, WorkMeter meter)
    {
        meter.Charge(1);
        if (!node.Traits.HasFlag(NodeTraits.Rounds) || points.Count >= MostPoints) return;
        foreach (Node argument in node.Arguments) Collect(argument, points, whole, meter);
        if (node.Kind != NodeKind.Function || node.Name is not ("floor" or "ceil") || node.Arguments.Length != 1) return;
        var exact = new ExactEvaluator(meter);
        if (exact.Evaluate(node[0]) is not { } value || exact.HasOpaque || exact.Names.Count != 1
            || !value.Denominator.TryGetRational(out Rational bottom))
            return;
        if (Univariate.Coefficients(value.Numerator, 0) is not { Length: 2 } line || line[1].IsZero) return;
        foreach (int step in Steps)
        {
            Rational point = ((bottom * step) - line[0]) / line[1];
            if (!whole || point.IsInteger) points.Add(point);
        }
    }
}
