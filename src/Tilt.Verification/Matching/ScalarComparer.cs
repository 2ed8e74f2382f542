using System.Numerics;
using Tilt.Verification.Algebra;
using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Matching;

/// <summary>
/// Decides whether two scalar expressions are equal. Proofs come first: equal or different normal forms, normal forms case by case. Where
/// there is none, the values decide in arithmetic with a running error bound whose precision is raised until every part of both sides is
/// resolved, at points that <see cref="SamplePoint"/> spreads over signs, sizes and the cases of both sides.
/// </summary>
internal sealed class ScalarComparer(WorkMeter meter)
{
    // Bits by which the smallest part of either side must stand above the error.
    private const int ResolvedBits = 64;

    // A rational of more bits than this is never taken for the value of an irrational expression.
    private const int LongestApproximation = 4096;

    // Agreeing points that are asked for where some are outside of the domain.
    private const int LeastPoints = 3;

    // With fewer points in the domain more are looked for.
    private const int EnoughPoints = 8;

    // Floors and ceilings differ by one, and from others, at whole numbers alone.
    private static readonly Rational[] Steps = [0, 1, 2, -3, 10, 57];

    // Factorials leave few points that can be computed; these always can.
    private static readonly Rational[] SmallCounts = [3, 4, 5, 6];

    // Bars make a count of a negative number, often one near zero alone.
    private static readonly Rational[] NegativeCounts = [-1, -2, -3, -4, -5, -6, -7, -8, -9, -10, -11, -12];

    private const int MostLineSymbols = 4;

    // Tenths that the other symbols take on a line.
    private static readonly int[][] LineValues = [[13, -27, 38, -52], [-1170, 900, -430, 2210]];

    public bool AreEqual(Node a, Node b)
    {
        if (a.Kind == NodeKind.Number && b.Kind == NodeKind.Number) return a.Value.Equals(b.Value);
        if (((a.Traits | b.Traits) & NodeTraits.Infinity) != 0)
        {
            var infinities = new Infinities(meter);
            if (infinities.Resolve(a) is not { } first || infinities.Resolve(b) is not { } second || first.Sign != second.Sign)
                return false;
            return first.Sign != 0 || AreEqualFinite(first.Finite!, second.Finite!);
        }
        return AreEqualFinite(a, b);
    }

    private bool AreEqualFinite(Node a, Node b)
    {
        if (!a.IsScalar || !b.IsScalar) return false;
        var exact = new ExactEvaluator(meter);
        Fraction? left = exact.Evaluate(a);
        Fraction? right = exact.Evaluate(b);
        if (left is { } x && right is { } y)
        {
            bool same = x.SameAs(y, meter, out bool decided);
            if (same) return !exact.HasOpaque || IsDefined(b);
            if (decided && !exact.HasOpaque) return false;
        }
        if (IsLongRational(left) || IsLongRational(right)) return false;
        List<string> symbols = [.. SymbolsOf(a, b)];
        NodeTraits traits = TraitsOf(a, b);
        IReadOnlyList<Rational> samples = [];
        if (symbols.Count > 0 && (traits & (NodeTraits.Cases | NodeTraits.Counts | NodeTraits.Alternates)) != 0
            && DecideByCases(a, b, symbols, traits, out samples) is { } proven)
            return proven;
        if (AgreeWithBase(a, b, symbols, samples, 0)) return true;
        return traits.HasFlag(NodeTraits.PlainLog) && AgreeWithBase(a, b, symbols, samples, 10);
    }

    /// <summary>The traits of both sides; that a power of a negative number alternates is for the gold to say.</summary>
    private static NodeTraits TraitsOf(Node gold, Node answer) => gold.Traits | (answer.Traits & ~NodeTraits.Alternates);

    private bool? DecideByCases(Node a, Node b, List<string> symbols, NodeTraits traits, out IReadOnlyList<Rational> samples)
    {
        var cases = new CaseDecision(meter);
        samples = [];
        if (traits.CountsThings()) return cases.OverWholeNumbers(a, b, symbols);
        if (symbols.Count > 1) return RefuteOnLines(cases, a, b, symbols);
        bool? equal = cases.OverReals(a, b, symbols[0]);
        samples = cases.Samples;
        return equal;
    }

    /// <summary>
    /// With several symbols, the lines on which one varies and the others stand still: a difference on one of them is a refutation,
    /// agreement on all of them no proof.
    /// </summary>
    private bool? RefuteOnLines(CaseDecision cases, Node a, Node b, List<string> symbols)
    {
        if (symbols.Count > MostLineSymbols) return null;
        foreach (int[] values in LineValues)
        {
            foreach (string varying in symbols)
            {
                (Node first, Node second) = OnLine(a, b, symbols, varying, values);
                if (cases.OverReals(first, second, varying) is false) return false;
            }
        }
        return null;
    }

    /// <summary>Whether there is no difference beside the edges of domains, for one symbol and on lines of several.</summary>
    private bool AgreeBesideEdges(Node a, Node b, List<string> symbols, int logBase)
    {
        if (symbols.Count > MostLineSymbols) return true;
        foreach (int[] values in LineValues)
        {
            foreach (string varying in symbols)
            {
                (Node first, Node second) = OnLine(a, b, symbols, varying, values);
                foreach (Rational edge in DomainEdges.Of(first, second, meter))
                {
                    if (CompareAt(first, second, SamplePoint.At(edge, [varying]), logBase, true) is false) return false;
                }
            }
            if (symbols.Count == 1 || !meter.IsHalfLeft) break;
        }
        return true;
    }

    private (Node First, Node Second) OnLine(Node a, Node b, List<string> symbols, string varying, int[] values)
    {
        for (int i = 0; i < symbols.Count; i++)
        {
            if (symbols[i] == varying) continue;
            Node value = Node.Number(new Rational(values[i % values.Length], 10));
            a = Substitution.Replace(a, symbols[i], value, meter);
            b = Substitution.Replace(b, symbols[i], value, meter);
        }
        return (a, b);
    }

    /// <summary>Whether a constant has a value: log 0 − log 0 has none.</summary>
    private bool IsDefined(Node node)
    {
        try
        {
            return node.HasSymbols
                || new NumericEvaluator(SamplePoint.Constant, Real.StandardPrecision, 0, meter).Evaluate(node) is not null;
        }
        catch (OutOfRangeException)
        {
            return true;
        }
    }

    private static bool IsLongRational(Fraction? value) =>
        value is { } fraction && fraction.TryGetRational(out Rational rational) && rational.BitLength > LongestApproximation;

    private static SortedSet<string> SymbolsOf(Node a, Node b)
    {
        var symbols = new SortedSet<string>(StringComparer.Ordinal);
        Collect(a);
        Collect(b);
        return symbols;

        void Collect(Node node)
        {
            if (!node.HasSymbols) return;
            if (node.Kind == NodeKind.Symbol) symbols.Add(node.Name);
            foreach (Node argument in node.Arguments) Collect(argument);
        }
    }

    /// <summary>A number above every constant of both sides, so that no break point of linear cases lies beyond.</summary>
    private static BigInteger ScaleOf(Node node)
    {
        BigInteger scale = node.Kind == NodeKind.Number
            ? BigInteger.Max(BigInteger.Abs(node.Value.Numerator) / node.Value.Denominator,
                node.Value.Denominator / BigInteger.Max(1, BigInteger.Abs(node.Value.Numerator))) + 1
            : BigInteger.One;
        foreach (Node argument in node.Arguments) scale = BigInteger.Max(scale, ScaleOf(argument));
        return BigInteger.Min(scale, 1_000_000_000);
    }

    private bool AgreeWithBase(Node a, Node b, List<string> symbols, IReadOnlyList<Rational> samples, int logBase)
    {
        if (symbols.Count == 0) return CompareAt(a, b, SamplePoint.Constant, logBase, false) is true;
        bool whole = TraitsOf(a, b).CountsThings();
        if ((a.Traits | b.Traits).HasFlag(NodeTraits.Rounds))
            samples = [.. samples, .. RoundingPoints.Of(a, b, whole, meter), .. whole ? [] : Steps];
        if (whole) samples = [.. samples, .. SmallCounts];
        if (whole && (a.Traits | b.Traits).HasFlag(NodeTraits.AbsoluteValue)) samples = [.. samples, .. NegativeCounts];
        BigInteger scale = BigInteger.Max(ScaleOf(a), ScaleOf(b));
        int agreed = 0;
        int points = whole ? SamplePoint.WholePoints : SamplePoint.RealPoints;
        for (int index = 0; index < points + samples.Count; index++)
        {
            SamplePoint point = index >= points ? SamplePoint.At(samples[index - points], symbols)
                : whole ? SamplePoint.OfWholeNumbers(index, symbols, scale) : SamplePoint.OfReals(index, symbols, scale);
            switch (CompareAt(a, b, point, logBase, true))
            {
                case false: return false;
                case true: agreed++; break;
            }
        }
        bool narrow = !whole && (agreed < EnoughPoints || (a.Traits | b.Traits).HasFlag(NodeTraits.AbsoluteValue));
        return agreed >= LeastPoints && (!narrow || AgreeOnMorePoints(a, b, symbols, logBase));
    }

    /// <summary>
    /// Whether there is no difference at further points either: for small domains, and for bars whose content may change its sign anywhere.
    /// </summary>
    private bool AgreeOnMorePoints(Node a, Node b, List<string> symbols, int logBase)
    {
        bool bars = (a.Traits | b.Traits).HasFlag(NodeTraits.AbsoluteValue);
        if (bars && !AgreeBesideEdges(a, b, symbols, logBase)) return false;
        for (int index = 0; index < (bars ? SamplePoint.MostPoints : SamplePoint.MorePoints) && (index < LeastPoints || meter.IsHalfLeft);
            index++)
        {
            if (CompareAt(a, b, SamplePoint.More(index, symbols), logBase, true) is false) return false;
        }
        return true;
    }

    /// <summary>Whether the values agree at a point; null where either is undefined or the point says nothing.</summary>
    private bool? CompareAt(Node a, Node b, SamplePoint point, int logBase, bool varies)
    {
        try
        {
            return Compare(a, b, point, logBase, varies);
        }
        catch (OutOfRangeException) when (varies)
        {
            return null;
        }
    }

    private bool? Compare(Node a, Node b, SamplePoint point, int logBase, bool varies)
    {
        for (int precision = Real.StandardPrecision; precision <= FixedPoint.MostPrecision; precision *= 2)
        {
            var first = new NumericEvaluator(point, precision, logBase, meter);
            var second = new NumericEvaluator(point, precision, logBase, meter);
            ComplexReal? valueA = first.Evaluate(a);
            ComplexReal? valueB = second.Evaluate(b);
            if (varies && LeavesDomain(a, first.TookBranch, valueA, second.TookBranch)) return false;
            if (valueA is not { } left || valueB is not { } right)
            {
                if (!first.IsUnresolved && !second.IsUnresolved) return null;
                // A step that cannot be placed is no reason to take two roundings for the same.
                if (precision * 2 > FixedPoint.MostPrecision) throw new OverBudgetException("precision of a rounding");
                continue;
            }
            ComplexReal difference = left.Add(right.Negate());
            double error = Math.Max(left.Error, right.Error) + 1;
            bool zero = difference.IsZero;
            if (!zero && difference.Magnitude > error + 2) return varies && (first.TookBranch || second.TookBranch) ? null : false;
            double finest = Math.Min(left.Finest, right.Finest);
            if (error < finest - ResolvedBits) return true;
            // The next precision that can resolve the smallest part.
            double wanted = Math.Max(left.Magnitude, right.Magnitude) - finest + ResolvedBits;
            while (precision * 2 < wanted && precision < FixedPoint.MostPrecision) precision *= 2;
        }
        throw new OutOfRangeException("precision");
    }

    /// <summary>Whether a gold with an absolute value, made for both signs, is real at a point where the other side is not.</summary>
    private static bool LeavesDomain(Node gold, bool goldBranch, ComplexReal? goldValue, bool branch) =>
        gold.Traits.HasFlag(NodeTraits.AbsoluteValue) && goldValue is { IsReal: true } && !goldBranch && branch;
}
