using Tilt.Verification.Algebra;
using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Matching;

/// <summary>Points beside the edges of what square roots are defined on: narrow parts of a domain lie there.</summary>
internal static class DomainEdges
{
    private const int MostPoints = 24;

    private static readonly Rational[] Distances = [new(1, 50), new(-1, 50), new(1, 700), new(-1, 700)];

    /// <summary>The points of both sides, of roots of polynomials in one symbol.</summary>
    public static List<Rational> Of(Node a, Node b, WorkMeter meter)
    {
        var points = new List<Rational>();
        Collect(a, points, meter);
        Collect(b, points, meter);
        return points;
    }

    private static void Collect(Node node, List<Rational> points, WorkMeter meter)
    {
        meter.Charge(1);
        if (!node.HasSymbols || points.Count >= MostPoints) return;
        foreach (Node argument in node.Arguments) Collect(argument, points, meter);
        if (node.Kind != NodeKind.Function || node.Name is not ("sqrt" or "root" or "ln" or "log")) return;
        var exact = new ExactEvaluator(meter);
        if (exact.Evaluate(node[0]) is not { } value || exact.HasOpaque || exact.Names.Count != 1) return;
        if (Univariate.Coefficients(value.Numerator, 0) is not { Length: > 1 and < 8 } coefficients) return;
        foreach (Rational edge in RealRoots.Of(coefficients))
        {
            foreach (Rational distance in Distances) points.Add(edge + distance);
        }
    }
}
