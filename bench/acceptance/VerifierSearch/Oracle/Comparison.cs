using Tilt.Acceptance.VerifierSearch.Arithmetic;
using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch.Oracle;

/// <summary>What enclosures say of two terms.</summary>
internal enum Finding
{
    /// <summary>At a point where both are defined their enclosures are apart: proven different.</summary>
    Different,

    /// <summary>Wherever both were seen to be defined, the enclosures meet at high precision.</summary>
    Together,

    /// <summary>No point was found where both are defined.</summary>
    Nowhere,
}

/// <summary>How much is done to tell two terms apart.</summary>
/// <param name="Points">Points tried, where there are letters.</param>
/// <param name="Bits">Precision at every point.</param>
/// <param name="More">Precisions at the last two points, and for terms without letters.</param>
internal sealed record Effort(int Points, int Bits, int[] More)
{
    /// <summary>To prove that an edit changed the value.</summary>
    public static Effort Proof { get; } = new(16, 96, [320, 1_280]);

    /// <summary>To prove it of pairs that are built to agree in very many digits.</summary>
    public static Effort DeepProof { get; } = new(16, 96, [320, 1_280, 9_000]);

    /// <summary>To see that a rewriting did not change the value.</summary>
    public static Effort Check { get; } = new(5, 192, []);
}

/// <summary>
/// Compares two terms by enclosures at random points of several magnitudes and both signs, and near the numbers that stand in them.
/// </summary>
internal static class Comparison
{
    /// <summary>Compares two terms.</summary>
    public static Finding Of(Term first, Term second, Draws draws, Effort effort)
    {
        SortedSet<string> letters = first.Letters();
        letters.UnionWith(second.Letters());
        if (letters.Count == 0) return Constants(first, second, effort);
        SamplePoints points = new(letters, first, second, draws);
        List<Dictionary<string, Enclosure>> seen = [];
        for (int i = 0; i < effort.Points; i++)
        {
            Dictionary<string, Enclosure> point = points.Draw(i);
            if (At(first, second, point, effort.Bits) is not { } apart) continue;
            if (apart) return Finding.Different;
            seen.Add(point);
        }

        if (seen.Count == 0) return Finding.Nowhere;
        return seen.TakeLast(2).Any(point => effort.More.Any(bits => At(first, second, point, bits) == true))
            ? Finding.Different
            : Finding.Together;
    }

    private static Finding Constants(Term first, Term second, Effort effort)
    {
        Finding finding = Finding.Nowhere;
        foreach (int bits in effort.More.Prepend(effort.Bits))
        {
            if (At(first, second, [], bits) is not { } apart) continue;
            if (apart) return Finding.Different;
            finding = Finding.Together;
        }

        return finding;
    }

    private static bool? At(Term first, Term second, Dictionary<string, Enclosure> point, int bits)
    {
        TermEvaluator evaluator = new(point, bits);
        return evaluator.Value(first) is { } a && evaluator.Value(second) is { } b ? a.IsApartFrom(b) : null;
    }
}
