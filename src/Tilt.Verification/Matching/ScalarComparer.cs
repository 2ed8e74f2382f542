using Tilt.Verification.Algebra;
using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Matching;

/// <summary>
/// Decides whether two scalar expressions are equal: by normal form where both have one without opaque parts, otherwise by their
/// values in 256-bit arithmetic with a running error bound, at fixed pseudo-random points.
/// </summary>
internal sealed class ScalarComparer(WorkMeter meter)
{
    private const int AgreeingBits = 64;

    // A rational of more bits than this is never taken for the value of an irrational expression: the arithmetic could not tell them apart.
    private const int LongestApproximation = 180;

    public bool AreEqual(Node a, Node b)
    {
        if (a.Kind == NodeKind.Number && b.Kind == NodeKind.Number) return a.Value.Equals(b.Value);
        var exact = new ExactEvaluator(meter);
        Fraction? left = exact.Evaluate(a);
        bool leftOpaque = exact.HasOpaque;
        Fraction? right = exact.Evaluate(b);
        if (left is { } x && right is { } y)
        {
            bool same = x.SameAs(y, meter, out bool decided);
            if (same) return true;
            if (decided && !exact.HasOpaque) return false;
        }
        if (IsLongRational(left) || IsLongRational(right)) return false;
        if (left is null && right is null && !leftOpaque && !exact.HasOpaque && !MayBeNumeric(a, b)) return false;
        return AgreeNumerically(a, b);
    }

    private static bool IsLongRational(Fraction? value) =>
        value is { } fraction && fraction.TryGetRational(out Rational rational) && rational.BitLength > LongestApproximation;

    private static bool MayBeNumeric(Node a, Node b) => a.IsScalar && b.IsScalar;

    private bool AgreeNumerically(Node a, Node b)
    {
        var traits = ExpressionTraits.Of(a, meter).Join(ExpressionTraits.Of(b, meter));
        if (AgreeWithBase(a, b, traits, 0)) return true;
        return traits.HasPlainLog && AgreeWithBase(a, b, traits, 10);
    }

    private bool AgreeWithBase(Node a, Node b, ExpressionTraits traits, int logBase)
    {
        int needed = !traits.HasSymbols ? 1 : traits.Counts ? 4 : 3;
        int points = !traits.HasSymbols ? 1 : traits.Counts ? 12 : 6;
        int agreed = 0;
        for (int point = 0; point < points && agreed < needed; point++)
        {
            switch (CompareAt(a, b, point, traits.Counts, logBase))
            {
                case false: return false;
                case true: agreed++; break;
            }
        }
        return agreed >= Math.Min(needed, 2);
    }

    /// <summary>Whether the values agree at a point; null where either is undefined or the point says nothing.</summary>
    private bool? CompareAt(Node a, Node b, int point, bool integers, int logBase)
    {
        var evaluator = new NumericEvaluator(point, integers, logBase, meter);
        if (evaluator.Evaluate(a) is not { } left || evaluator.Evaluate(b) is not { } right) return null;
        if (!integers && (point & 1) != 0 && evaluator.TookBranch) return null;
        ComplexReal difference = left.Add(right.Negate());
        double error = Math.Max(left.Error, right.Error) + 1;
        bool zero = difference.Re.IsZero && difference.Im.IsZero;
        if (!zero && difference.Magnitude > error + 2) return false;
        return error < Math.Max(left.Magnitude, right.Magnitude) - AgreeingBits || error < -150 ? true : null;
    }
}

/// <summary>What an expression contains, as far as its numeric evaluation must know.</summary>
/// <param name="HasSymbols">Free symbols.</param>
/// <param name="HasFactorials">Factorials or binomials.</param>
/// <param name="HasPlainLog">A logarithm without base.</param>
/// <param name="Rounds">Floors or ceilings.</param>
/// <param name="HasReals">Symbols that usually stand for real numbers.</param>
internal readonly record struct ExpressionTraits(bool HasSymbols, bool HasFactorials, bool HasPlainLog, bool Rounds, bool HasReals)
{
    /// <summary>Whether symbols are whole numbers: always for factorials, for floors unless x, y, z or t is a symbol.</summary>
    public bool Counts => HasFactorials || (Rounds && !HasReals);

    public ExpressionTraits Join(ExpressionTraits other) =>
        new(HasSymbols || other.HasSymbols, HasFactorials || other.HasFactorials, HasPlainLog || other.HasPlainLog, Rounds || other.Rounds, HasReals || other.HasReals);

    public static ExpressionTraits Of(Node node, WorkMeter meter)
    {
        meter.Charge(1);
        var traits = node.Kind switch
        {
            NodeKind.Symbol => new ExpressionTraits(node.Name is not ("pi" or "e" or "i" or "infinity"), false, false, false, node.Name is "x" or "y" or "z" or "t"),
            NodeKind.Factorial => new(false, true, false, false, false),
            NodeKind.Function => new(false, node.Name == "binom", node.Name == "log" && node.Arguments.Length == 1, node.Name is "floor" or "ceil", false),
            _ => default,
        };
        foreach (Node argument in node.Arguments) traits = traits.Join(Of(argument, meter));
        return traits;
    }
}
