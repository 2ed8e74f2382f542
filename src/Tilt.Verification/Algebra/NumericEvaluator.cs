using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Algebra;

/// <summary>
/// Evaluates scalar expressions in high precision at a point. Symbols take the same value wherever they appear. This part: arithmetic,
/// powers, sums.
/// </summary>
/// <param name="point">The values of the symbols.</param>
/// <param name="precision">Bits of the arithmetic.</param>
/// <param name="logBase">Base of a logarithm without one: 10, or 0 for e.</param>
/// <param name="meter">Pays for the work.</param>
internal sealed partial class NumericEvaluator(SamplePoint point, int precision, int logBase, WorkMeter meter)
{
    private const int MostSummands = 40;

    // Steps for an operation and for a function: their work grows faster than the precision.
    private readonly int _cost = CostOf(precision, 1.3);

    private readonly int _functionCost = 15 * CostOf(precision, 2.15);

    private List<(string Name, int Value)>? _indices;

    /// <summary>Whether a branch of a many-valued function was taken at an argument that is not a positive real.</summary>
    public bool TookBranch { get; private set; }

    /// <summary>Whether a floor or ceiling was met that more digits would decide.</summary>
    public bool IsUnresolved { get; private set; }

    /// <summary>The value, or null where it is undefined.</summary>
    public ComplexReal? Evaluate(Node node)
    {
        meter.Charge(_cost);
        switch (node.Kind)
        {
            case NodeKind.Number or NodeKind.Based:
                meter.ChargeBits(node.Value.BitLength);
                return ComplexReal.Of(node.Value, precision);
            case NodeKind.Symbol:
                return SymbolValue(node.Name);
            case NodeKind.Negate:
                return Evaluate(node[0])?.Negate();
            case NodeKind.Add:
                return Fold(node, static (a, b) => a.Add(b));
            case NodeKind.Multiply:
                return Fold(node, static (a, b) => a.Multiply(b));
            case NodeKind.Divide:
                return Evaluate(node[0]) is { } top && Evaluate(node[1]) is { } bottom ? top.Divide(bottom) : null;
            case NodeKind.Power:
                return EvaluatePower(node);
            case NodeKind.Percent:
                return Evaluate(node[0])?.Multiply(Rational(1, 100));
            case NodeKind.Degree:
                return Evaluate(node[0])?.Multiply(Pi()).Multiply(Rational(1, 180));
            case NodeKind.Set:
                return node.Arguments.Length == 1 ? Evaluate(node[0]) : null;
            case NodeKind.Factorial:
                return Evaluate(node[0]) is { } n && WholeNumber(n) is { } whole and >= 0 and <= 400
                    ? ComplexReal.Of(new Rational(Combinatorics.Factorial(whole, meter)), precision)
                    : null;
            case NodeKind.Function:
                return EvaluateFunction(node);
            case NodeKind.BigOperator:
                return Sum(node);
            case NodeKind.Apply:
                return Hashed(node);
            default:
                return null;
        }
    }

    private static int CostOf(int precision, double growth) =>
        precision == Real.StandardPrecision ? 1 : (int)Math.Ceiling(Math.Pow((double)precision / Real.StandardPrecision, growth));

    private ComplexReal Rational(int numerator, int denominator = 1) => ComplexReal.Of(new Rational(numerator, denominator), precision);

    private ComplexReal Pi() => ComplexReal.Of(Real.Pi(precision));

    private ComplexReal? Fold(Node node, Func<ComplexReal, ComplexReal, ComplexReal> combine)
    {
        ComplexReal? total = Evaluate(node[0]);
        for (int i = 1; i < node.Arguments.Length && total is not null; i++)
            total = Evaluate(node[i]) is { } next ? combine(total.Value, next) : null;
        return total;
    }

    private ComplexReal? SymbolValue(string name)
    {
        if (_indices is not null)
        {
            int index = _indices.FindLastIndex(item => item.Name == name);
            if (index >= 0) return Rational(_indices[index].Value);
        }
        switch (name)
        {
            case "pi": return Pi();
            case "e":
                meter.Charge(_functionCost);
                return Rational(1).Exp();
            case "i": return new ComplexReal(Real.Zero, Real.One, double.NegativeInfinity, 1);
            case "infinity": return null;
        }
        return point.ValueOf(name, precision);
    }

    private ComplexReal? EvaluatePower(Node node)
    {
        meter.Charge(_cost);
        if (node[0].IsSymbol("e"))
        {
            meter.Charge(_functionCost);
            return Evaluate(node[1])?.Exp();
        }
        if (Evaluate(node[0]) is not { } value || Evaluate(node[1]) is not { } exponent) return null;
        return value.IsReal && value.Re.Sign < 0 && RationalRoot(node[1]) is { } odd
            ? Raise(value.Negate(), exponent) is { } root ? odd ? root.Negate() : root : null
            : Raise(value, exponent);
    }

    /// <summary>For an exponent p/q in lowest terms with odd q &gt; 1: whether p is odd. Real roots of negative numbers are real.</summary>
    private bool? RationalRoot(Node exponent)
    {
        if (exponent.HasSymbols) return null;
        var exact = new ExactEvaluator(meter);
        if (exact.Evaluate(exponent) is not { } value || !value.TryGetRational(out Rational rational)) return null;
        return rational.IsInteger || rational.Denominator.IsEven ? null : !rational.Numerator.IsEven;
    }

    private ComplexReal? Raise(ComplexReal value, ComplexReal exponent)
    {
        if (value.IsZero) return exponent.IsReal && exponent.Re.Sign > 0 && exponent.Magnitude > -20 ? value : null;
        if (WholeNumber(exponent) is { } n and > -5000 and < 5000)
        {
            ComplexReal result = ComplexReal.Of(Real.One, exact: true);
            ComplexReal square = value;
            for (int left = Math.Abs(n); left > 0; left >>= 1)
            {
                meter.Charge(_cost);
                if ((left & 1) != 0) result = result.Multiply(square);
                if (left > 1) square = square.Multiply(square);
            }
            return n < 0 ? result.Invert() : result;
        }
        meter.Charge(_functionCost);
        return Logarithm(value)?.Multiply(exponent).Exp();
    }

    private ComplexReal? Logarithm(ComplexReal value)
    {
        meter.Charge(_functionCost);
        TookBranch |= !value.IsReal || value.Re.Sign < 0;
        return value.Ln();
    }

    /// <summary>The whole number that a value is; null when it is none, or when a part of it may have been lost beside it.</summary>
    private static int? WholeNumber(ComplexReal value)
    {
        if (!value.IsReal || value.Re.Magnitude > 30) return null;
        if (!double.IsNegativeInfinity(value.Error) && value.Error > value.Finest - 8) return null;
        if (value.IsZero) return 0;
        int nearest = (int)Math.Round(value.Re.ToDouble());
        Real rest = value.Re - nearest;
        return rest.IsZero || (value.Error < -60 && rest.Magnitude <= value.Error + 1) ? nearest : null;
    }

    /// <summary>A sum or product term by term where its limits are whole numbers at this point; unknown otherwise.</summary>
    private ComplexReal? Sum(Node node)
    {
        if (node.Name is not ("sum" or "prod") || node[0] is not { Kind: NodeKind.Relation, Name: "=" } start || start.Arguments.Length != 2
            || start[0].Kind != NodeKind.Symbol || Evaluate(start[1]) is not { } low || WholeNumber(low) is not { } from
            || node[1].Kind == NodeKind.Empty || node[1].IsSymbol("infinity") || Evaluate(node[1]) is not { } high
            || WholeNumber(high) is not { } to)
        {
            return Hashed(node);
        }
        // A sum whose upper limit lies below its lower one means different things to different people.
        if (to - from >= MostSummands || to < from - 1) return null;
        bool sum = node.Name == "sum";
        ComplexReal? total = Rational(sum ? 0 : 1);
        _indices ??= [];
        _indices.Add((start[0].Name, from));
        for (int index = from; index <= to && total is not null; index++)
        {
            _indices[^1] = (start[0].Name, index);
            total = Evaluate(node[2]) is { } term ? sum ? total.Value.Add(term) : total.Value.Multiply(term) : null;
        }
        _indices.RemoveAt(_indices.Count - 1);
        return total;
    }
}
