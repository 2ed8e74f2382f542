namespace Tilt.Rollouts;

/// <summary>Prompts without repetition: the samples of one problem share theirs.</summary>
internal static class PromptSet
{
    /// <summary>The distinct prompts in order of first appearance, and for each prompt the index of its own.</summary>
    public static (int[][] Distinct, int[] Indices) Distinct(IReadOnlyList<int[]> prompts)
    {
        var known = new Dictionary<int[], int>(new SameTokens());
        var distinct = new List<int[]>();
        var indices = new int[prompts.Count];
        for (int i = 0; i < indices.Length; i++)
        {
            if (!known.TryGetValue(prompts[i], out indices[i]))
            {
                known.Add(prompts[i], indices[i] = distinct.Count);
                distinct.Add(prompts[i]);
            }
        }
        return ([.. distinct], indices);
    }

    private sealed class SameTokens : IEqualityComparer<int[]>
    {
        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] obj)
        {
            var hash = new HashCode();
            foreach (int id in obj) hash.Add(id);
            return hash.ToHashCode();
        }
    }
}
