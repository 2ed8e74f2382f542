using Tilt.Verification.Algebra;
using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Matching;

/// <summary>
/// A text that equal answers share: exact normal forms as written-out polynomials, other values by 30 digits at fixed points. Units,
/// percent and degree signs and the name on the left of an assignment are not part of it.
/// </summary>
internal sealed class CanonicalForm(VerifierOptions options, WorkMeter meter)
{
    /// <summary>The canonical form, or null where it would take more than the budget that is left.</summary>
    public string? TryOf(Node node)
    {
        try
        {
            return Of(node);
        }
        catch (OverBudgetException)
        {
            return null;
        }
    }

    public string Of(Node node)
    {
        meter.Charge(2);
        if (node.Kind is not (NodeKind.List or NodeKind.Set) && PlusMinusExpansion.TryExpand(node, meter) is { } pair)
            return Join(", ", [pair.Upper, pair.Lower], sorted: true);
        switch (node.Kind)
        {
            case NodeKind.Text:
                return node.Name;
            case NodeKind.Based:
                return node.Name.EndsWith("_10", StringComparison.Ordinal) ? node.Value.ToString() : node.Name;
            case NodeKind.List:
                return Join(", ", PlusMinusExpansion.Items(node, meter), options.UnorderedLists);
            case NodeKind.Set:
                return "{" + Join(", ", PlusMinusExpansion.Items(node, meter), sorted: true, distinct: true) + "}";
            case NodeKind.Tuple:
                return node.Name[0] + Join(", ", node.Arguments, sorted: false) + node.Name[1];
            case NodeKind.Union or NodeKind.Intersection:
                return Join(node.Kind == NodeKind.Union ? " ∪ " : " ∩ ", node.Arguments, sorted: true);
            case NodeKind.Difference:
                return Join(" \\ ", node.Arguments, sorted: false);
            case NodeKind.Matrix:
                return node.Name + "[" + Join(", ", node.Arguments, sorted: false) + "]";
            case NodeKind.Ratio:
                return Join(":", node.Arguments, sorted: false);
            case NodeKind.Relation:
                return Relation(node);
            case NodeKind.Empty:
                return "";
            default:
                return Scalar(node);
        }
    }

    private string Join(string separator, Node[] items, bool sorted, bool distinct = false)
    {
        string[] texts = Array.ConvertAll(items, Of);
        if (sorted) Array.Sort(texts, string.CompareOrdinal);
        return string.Join(separator, distinct ? texts.Distinct() : texts);
    }

    private string Relation(Node node)
    {
        if (node.Name is "=" or "in" && node.Arguments.Length == 2 && Names.IsName(node[0], meter)) return Of(node[1]);
        if (Inequalities.ToInterval(node, meter, out _) is { } interval && node.Name != "=") return Of(interval);
        if (node.Name == "=" && node[0].IsScalar && node[1].IsScalar)
        {
            var exact = new ExactEvaluator(meter);
            if (exact.Evaluate(Inequalities.Difference(node)) is { } difference && !exact.HasOpaque && !difference.Numerator.IsConstant
                && difference.Numerator.LeadingCoefficient().TryInvertConstant(meter) is { } inverse
                && difference.Numerator.Multiply(inverse, meter) is { } monic)
            {
                return monic.ToText(exact.Names) + " = 0";
            }
        }
        return Join($" {node.Name} ", node.Arguments, sorted: false);
    }

    private string Scalar(Node node)
    {
        if (Measure.Of(node) is { Unit: not (null or "%") } measure) node = measure.Value;
        if (node.Kind == NodeKind.Based) return node.Name;
        var exact = new ExactEvaluator(meter);
        if (exact.Evaluate(node) is { } value && !exact.HasOpaque)
        {
            if (value.HasUnitDenominator) return value.Numerator.ToText(exact.Names);
            if (value.TryGetRational(out Rational rational)) return rational.ToString();
        }
        return Fingerprint(node) ?? Structure(node);
    }

    /// <summary>30 digits at two fixed points.</summary>
    private string? Fingerprint(Node node)
    {
        bool varies = node.HasSymbols;
        bool counts = node.Traits.CountsThings();
        var text = new System.Text.StringBuilder("≈");
        int found = 0;
        for (int index = 0; index < 12 && found < (varies ? 2 : 1); index += 2)
        {
            SamplePoint point = !varies ? SamplePoint.Constant : counts ? SamplePoint.OfWholeNumbers(index, [], 1)
                : SamplePoint.OfReals(index, [], 1);
            if (Value(node, point) is not { } value || value.Error > value.Magnitude - 120) continue;
            if (found++ > 0) text.Append(';');
            if (!varies && Recognize(value) is { } rational) return rational;
            text.Append(Digits(value.Re));
            if (value.Im.Magnitude > value.Error + 8) text.Append(value.Im.Sign > 0 ? "+" : "").Append(Digits(value.Im)).Append('i');
        }
        return found > 0 ? text.ToString() : null;
    }

    private ComplexReal? Value(Node node, SamplePoint point)
    {
        try
        {
            return new NumericEvaluator(point, Real.StandardPrecision, 0, meter).Evaluate(node);
        }
        catch (OutOfRangeException) when (node.HasSymbols)
        {
            return null;
        }
    }

    /// <summary>A small integer or fraction that the value equals to within its error.</summary>
    private static string? Recognize(ComplexReal value)
    {
        if (value.Im.Magnitude > value.Error + 8) return null;
        for (int denominator = 1; denominator <= 12; denominator++)
        {
            Real scaled = value.Re * denominator;
            if (scaled.Magnitude > 50) return null;
            var nearest = new System.Numerics.BigInteger(Math.Round(scaled.ToDouble()));
            if ((scaled - new Real(nearest, 0)).Magnitude < -100) return new Rational(nearest, denominator).ToString();
        }
        return null;
    }

    private static string Digits(Real value)
    {
        if (value.IsZero || value.Magnitude < -2000) return "0";
        int decimalExponent = (int)Math.Floor(value.Magnitude * 0.30103);
        if (Math.Abs(decimalExponent) > 20_000) return $"{value.Sign}e{value.Magnitude}b";
        int shift = 30 - decimalExponent;
        Real scale = Real.From(new Rational(System.Numerics.BigInteger.Pow(10, Math.Abs(shift))), Real.StandardPrecision);
        Real scaled = shift >= 0 ? value * scale : value / scale;
        System.Numerics.BigInteger digits = (scaled + new Real(value.Sign, -1)).ToFixed(FixedPoint.For(Real.StandardPrecision))
            / FixedPoint.For(Real.StandardPrecision).One;
        return $"{digits}e{-shift}";
    }

    private string Structure(Node node)
    {
        if (node.Arguments.Length == 0) return node.Kind == NodeKind.Number ? node.Value.ToString() : node.Name;
        return $"{node.Kind}{(node.Name.Length > 0 ? ":" + node.Name : "")}({Join(", ", node.Arguments, sorted: false)})";
    }
}
