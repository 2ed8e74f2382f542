namespace Tilt.Configuration;

/// <summary>Finds the name that was probably meant.</summary>
public static class NearestName
{
    /// <summary>
    /// The candidate with the smallest edit distance to <paramref name="name"/>, case ignored; null when even that one differs in
    /// more than a third of its letters (two edits are always forgiven in names of four letters or more).
    /// </summary>
    public static string? Among(IEnumerable<string> candidates, string name)
    {
        string written = name.ToLowerInvariant();
        return candidates
            .Select(candidate => (Name: candidate, Distance: Distance(candidate.ToLowerInvariant(), written)))
            .Where(candidate => candidate.Distance <= Tolerance(candidate.Name.Length))
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
    }

    private static int Tolerance(int length) => length < 4 ? 1 : Math.Max(2, length / 3);

    /// <summary>Insertions, deletions, replacements and swaps of neighbours that lead from one text to the other.</summary>
    internal static int Distance(string from, string to)
    {
        int[,] distance = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++) distance[i, 0] = i;
        for (int j = 0; j <= to.Length; j++) distance[0, j] = j;
        for (int i = 1; i <= from.Length; i++)
        {
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = distance[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                int best = Math.Min(replaced, Math.Min(distance[i - 1, j], distance[i, j - 1]) + 1);
                bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
                distance[i, j] = swapped ? Math.Min(best, distance[i - 2, j - 2] + 1) : best;
            }
        }
        return distance[from.Length, to.Length];
    }
}
