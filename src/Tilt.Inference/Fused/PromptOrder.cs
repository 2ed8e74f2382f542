namespace Tilt.Inference.Fused;

/// <summary>Indices of sequences in an order that puts equal prompts side by side: prompts by first appearance, then by index.</summary>
internal sealed class PromptOrder
{
    /// <summary>Orders <paramref name="count"/> prompts.</summary>
    public PromptOrder(int count, Func<int, int[]> prompt)
    {
        var groups = new Dictionary<int[], int>(new ContentComparer());
        GroupOf = new int[count];
        var sizes = new List<int>();
        for (int i = 0; i < count; i++)
        {
            int[] ids = prompt(i);
            if (!groups.TryGetValue(ids, out int group))
            {
                group = groups.Count;
                groups.Add(ids, group);
                sizes.Add(0);
            }
            GroupOf[i] = group;
            sizes[group]++;
        }
        GroupCount = sizes.Count;
        var starts = new int[GroupCount];
        for (int group = 1; group < GroupCount; group++) starts[group] = starts[group - 1] + sizes[group - 1];
        Indices = new int[count];
        for (int i = 0; i < count; i++) Indices[starts[GroupOf[i]]++] = i;
    }

    /// <summary>Number of different prompts.</summary>
    public int GroupCount { get; }

    /// <summary>Group of each index.</summary>
    public int[] GroupOf { get; }

    /// <summary>The indices in order.</summary>
    public int[] Indices { get; }

    private sealed class ContentComparer : IEqualityComparer<int[]>
    {
        public bool Equals(int[]? x, int[]? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.AsSpan().SequenceEqual(y));

        public int GetHashCode(int[] ids)
        {
            var hash = new HashCode();
            hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(ids.AsSpan()));
            return hash.ToHashCode();
        }
    }
}
