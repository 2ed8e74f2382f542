using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Matching;

/// <summary>Whether one value matches a gold value: units, percent, degrees and number bases on top of equality.</summary>
internal sealed class ScalarMatcher(VerifierOptions options, WorkMeter meter)
{
    private readonly ScalarComparer _comparer = new(meter);

    public bool AreEqual(Node a, Node b) => _comparer.AreEqual(a, b);

    public bool Matches(Node gold, Node prediction)
    {
        if (gold.Kind == NodeKind.Number && prediction.Kind == NodeKind.Number)
            return gold.Value.Equals(prediction.Value) || RoundsTo(gold, prediction);
        if (gold.Kind == NodeKind.Based || prediction.Kind == NodeKind.Based) return BasesMatch(gold, prediction);
        if (Measure.Of(gold) is not { } wanted || Measure.Of(prediction) is not { } given) return false;
        if (wanted.Value.Kind == NodeKind.Based || given.Value.Kind == NodeKind.Based) return BasesMatch(wanted.Value, given.Value);
        return (wanted.Unit, given.Unit) switch
        {
            (null, null) => _comparer.AreEqual(gold, prediction) || RoundsTo(gold, prediction) || EqualInDegrees(gold, prediction),
            ("%", "%") => _comparer.AreEqual(wanted.Value, given.Value),
            ("%", null) => _comparer.AreEqual(gold, prediction)
                || (options.PercentAsBareNumber && _comparer.AreEqual(wanted.Value, given.Value)),
            (null, "%") => _comparer.AreEqual(gold, prediction),
            ("%", _) or (_, "%") => false,
            ("°", null) or (null, "°") => _comparer.AreEqual(wanted.Value, given.Value) || _comparer.AreEqual(gold, prediction),
            ("°", "rad" or "radian" or "radians") => _comparer.AreEqual(gold, given.Value),
            (null, _) or (_, null) =>
                options.OptionalUnits && Units.MayFollow(wanted.Unit ?? given.Unit!, given.Value)
                    && _comparer.AreEqual(wanted.Value, given.Value),
            _ => UnitsMatch(wanted, given),
        };
    }

    private bool UnitsMatch(Measure wanted, Measure given)
    {
        if (Units.Factor(given.Unit!, wanted.Unit!) is not { } factor) return false;
        Node value = factor.IsOne ? given.Value : Node.Of(NodeKind.Multiply, given.Value, Node.Number(factor));
        return _comparer.AreEqual(wanted.Value, value);
    }

    /// <summary>Whether sums are equal when degree signs on their constants are taken for granted: 90° − 2α and 90 − 2α.</summary>
    private bool EqualInDegrees(Node gold, Node prediction)
    {
        if (!gold.HasSymbols || !prediction.HasSymbols) return false;
        Node wanted = DegreeSums.Strip(gold);
        Node given = DegreeSums.Strip(prediction);
        if (ReferenceEquals(wanted, gold) && ReferenceEquals(given, prediction)) return false;
        return _comparer.AreEqual(wanted, given);
    }

    /// <summary>
    /// A number in a base is a spelling: the digits must be the gold's, the base may be left out. An explicit base ten is a value.
    /// </summary>
    private static bool BasesMatch(Node gold, Node prediction)
    {
        bool decimalGold = gold.Kind == NodeKind.Number || IsBaseTen(gold);
        if (decimalGold)
            return IsBaseTen(prediction) || (IsBaseTen(gold) && prediction.Kind == NodeKind.Number)
                ? gold.Value.Equals(prediction.Value)
                : false;
        if (gold.Kind != NodeKind.Based) return false;
        if (IsBaseTen(prediction)) return gold.Value.Equals(prediction.Value);
        if (prediction.Kind == NodeKind.Based) return gold.Name == prediction.Name;
        return prediction.Kind == NodeKind.Number && prediction.Name.Length > 0
            && gold.Name.AsSpan(0, gold.Name.IndexOf('_')).SequenceEqual(prediction.Name.AsSpan().TrimStart('0'));
    }

    private static bool IsBaseTen(Node node) => node.Kind == NodeKind.Based && node.Name.EndsWith("_10", StringComparison.Ordinal);

    /// <summary>Whether a longer decimal rounds to the gold's last stated place, where the options allow it.</summary>
    private bool RoundsTo(Node gold, Node prediction)
    {
        if (options.RoundedDecimalDigits <= 0 || gold.Kind != NodeKind.Number || prediction.Kind != NodeKind.Number) return false;
        int point = gold.Name.IndexOf('.');
        int decimals = gold.Name.Length - point - 1;
        if (point < 0 || gold.Name.AsSpan().IndexOfAny("eE(") >= 0 || prediction.Name.Length <= gold.Name.Length) return false;
        if (gold.Name.AsSpan().TrimStart("0.").Length - (gold.Name[0] == '0' ? 0 : 1) < options.RoundedDecimalDigits) return false;
        meter.ChargeBits(prediction.Value.BitLength + (4L * decimals));
        Rational difference = gold.Value - prediction.Value;
        if (difference.Sign < 0) difference = -difference;
        Rational halfPlace = new(1, 2 * System.Numerics.BigInteger.Pow(10, decimals));
        return difference.CompareTo(halfPlace) <= 0;
    }
}
