namespace Tilt.Acceptance.VerifierAttack;

/// <summary>How alike two texts are, from 0 to 1.</summary>
internal static class Likeness
{
    private const int LongestText = 64;

    /// <summary>The share of pairs of neighbouring characters that both have.</summary>
    public static double Of(string first, string second)
    {
        if (first == second) return 1;
        if (first.Length < 2 || second.Length < 2) return first.Length > 0 && second.Contains(first, StringComparison.Ordinal) ? 0.5 : 0;
        (first, second) = (first[..Math.Min(first.Length, LongestText)], second[..Math.Min(second.Length, LongestText)]);
        Span<bool> taken = stackalloc bool[LongestText];
        int common = 0;
        for (int i = 0; i + 1 < first.Length; i++)
        {
            for (int k = 0; k + 1 < second.Length; k++)
            {
                if (taken[k] || first[i] != second[k] || first[i + 1] != second[k + 1]) continue;
                taken[k] = true;
                common++;
                break;
            }
        }

        return 2.0 * common / (first.Length + second.Length - 2);
    }
}
