using System.Numerics;
using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Algebra;

/// <summary>
/// Decides the equality of expressions that are given by cases. With one real symbol the line is cut at the roots of everything inside of
/// absolute values, extrema and roots of squares; between two cuts both sides have a normal form. With whole numbers and floors, every
/// residue class has one. Equal normal forms in all cases are a proof, different ones in one case are a refutation.
/// </summary>
/// <param name="meter">Pays for the work.</param>
internal sealed class CaseDecision(WorkMeter meter)
{
    private const int MostRounds = 6;

    private const int MostBreaks = 24;

    private const int MostResidues = 240;

    private static readonly Rational Closest = new(BigInteger.One, BigInteger.One << 40);

    /// <summary>A point in each interval between the break points that were found, also where nothing was decided.</summary>
    public IReadOnlyList<Rational> Samples { get; private set; } = [];

    /// <summary>Whether the expressions are equal for all real values of the symbol; null where that is not decided.</summary>
    public bool? OverReals(Node a, Node b, string symbol)
    {
        var breaks = new SortedSet<Rational>(Comparer<Rational>.Create((x, y) => x.CompareTo(y)));
        bool settled = true;
        for (int round = 0; round < MostRounds; round++)
        {
            Samples = Between(breaks);
            int known = breaks.Count;
            bool? equal = true;
            foreach (Rational sample in Samples)
            {
                var cell = CaseSplit.Near(symbol, sample);
                bool? same = SameIn(a, b, cell);
                foreach (Rational[] polynomial in cell.Decided) settled &= Univariate.TryAddRoots(polynomial, breaks);
                // One case in which the sides differ is enough, whatever the others are.
                if (same is false) equal = false;
                else if (same is null && equal is true) equal = null;
            }
            if (breaks.Count > MostBreaks) return null;
            if (breaks.Count > known) continue;
            Samples = Between(breaks);
            return settled && AreApart(breaks) ? equal : null;
        }
        return null;
    }

    /// <summary>Whether the expressions are equal for all whole values of the symbols; null where that is not decided.</summary>
    public bool? OverWholeNumbers(Node a, Node b, IReadOnlyList<string> symbols)
    {
        int modulus = 1;
        for (int round = 0; round < MostRounds; round++)
        {
            var split = CaseSplit.OfWholeNumbers(symbols);
            bool? equal = true;
            double classes = Math.Pow(modulus, symbols.Count);
            if (classes > MostResidues) return null;
            for (int residues = 0; residues < classes && equal is true && split.Denominator.IsOne; residues++)
                equal = SameIn(Shift(a, symbols, modulus, residues), Shift(b, symbols, modulus, residues), split);
            if (split.Denominator.IsOne) return equal;
            BigInteger next = modulus * split.Denominator;
            if (next > MostResidues) return null;
            modulus = (int)next;
        }
        return null;
    }

    /// <summary>The expression with modulus·n + residue in place of every n.</summary>
    private Node Shift(Node node, IReadOnlyList<string> symbols, int modulus, int residues)
    {
        if (modulus == 1) return node;
        foreach (string symbol in symbols)
        {
            Node place = Node.Of(NodeKind.Add, Node.Of(NodeKind.Multiply, Node.Number(modulus), Node.Symbol(symbol)),
                Node.Number(residues % modulus));
            node = Substitution.Replace(node, symbol, place, meter);
            residues /= modulus;
        }
        return node;
    }

    private bool? SameIn(Node a, Node b, CaseSplit split)
    {
        var exact = new ExactEvaluator(meter, split);
        if (exact.Evaluate(a) is not { } left || exact.Evaluate(b) is not { } right) return null;
        bool same = left.SameAs(right, meter, out bool decided);
        if (same) return true;
        return decided && !exact.HasOpaque ? false : null;
    }

    private static List<Rational> Between(SortedSet<Rational> breaks)
    {
        if (breaks.Count == 0) return [new Rational(7, 10)];
        var samples = new List<Rational> { breaks.Min - new Rational(7, 10) };
        Rational? previous = null;
        foreach (Rational point in breaks)
        {
            // Not the middle: symmetric expressions have accidents there.
            if (previous is { } last) samples.Add(((last * 3) + (point * 4)) / 7);
            previous = point;
        }
        samples.Add(breaks.Max + new Rational(7, 10));
        return samples;
    }

    private static bool AreApart(SortedSet<Rational> breaks)
    {
        Rational? previous = null;
        foreach (Rational point in breaks)
        {
            if (previous is { } last && (point - last).CompareTo(Closest) < 0) return false;
            previous = point;
        }
        return true;
    }
}
