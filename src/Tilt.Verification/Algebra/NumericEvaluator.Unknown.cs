using System.Numerics;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Algebra;

/// <summary>Unknown functions, infinite sums, integrals: a number that only depends on what they are of.</summary>
internal sealed partial class NumericEvaluator
{
    // A name for the variable that a sum or limit binds, whatever the answer calls it.
    private const string Bound = "§";

    /// <summary>A pseudo-random number that depends on the name, the relation signs and the arguments' values.</summary>
    private ComplexReal? Hashed(Node node)
    {
        ulong hash = Hash(node.Name, (ulong)node.Arguments.Length + 77);
        node = RenameBound(node);
        foreach (Node argument in node.Arguments)
        {
            if (argument.Kind == NodeKind.Relation) hash = Hash(argument.Name, hash);
            foreach (Node part in argument.Kind == NodeKind.Relation ? argument.Arguments : [argument])
            {
                if (part.Kind == NodeKind.Empty || part.IsSymbol("infinity"))
                {
                    hash = (hash * 31) + (part.Kind == NodeKind.Empty ? 7UL : 11UL);
                    continue;
                }
                if (Evaluate(part) is not { } value || value.Error > value.Magnitude - 80) return null;
                hash = (hash ^ Digest(value.Re)) * 1099511628211UL;
                hash = (hash ^ Digest(value.Im)) * 1099511628211UL;
            }
        }
        hash ^= hash >> 31;
        return ComplexReal.Of(new Real(((hash * 0x9E3779B97F4A7C15UL) >> 43) + 1_000_001, -20, precision), exact: true);
    }

    /// <summary>The same sum, product or limit with a variable of a fixed name.</summary>
    private Node RenameBound(Node node)
    {
        if (node.Kind != NodeKind.BigOperator || node[0] is not { Kind: NodeKind.Relation } range || range[0].Kind != NodeKind.Symbol)
            return node;
        string name = range[0].Name;
        string fresh = Bound + node.Height.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return name.StartsWith(Bound, StringComparison.Ordinal) ? node : Substitution.Replace(node, name, Node.Symbol(fresh), meter);
    }

    private static ulong Hash(string text, ulong seed)
    {
        ulong hash = 14695981039346656037UL ^ (seed * 0x9E3779B97F4A7C15UL);
        foreach (char c in text) hash = (hash ^ c) * 1099511628211UL;
        hash ^= hash >> 32;
        hash *= 0xD6E8FEB86659FD93UL;
        return hash ^ (hash >> 29);
    }

    /// <summary>The leading 48 bits, rounded, so that equal values computed differently hash alike.</summary>
    private static ulong Digest(Real value)
    {
        if (value.IsZero) return 0;
        int shift = (int)BigInteger.Abs(value.Mantissa).GetBitLength() - 48;
        BigInteger rounded = shift > 0 ? ((value.Mantissa >> (shift - 1)) + 1) >> 1 : value.Mantissa << -shift;
        return (ulong)(long)rounded ^ ((ulong)value.Magnitude << 50);
    }
}
