namespace Tilt.HuggingFace.Tokenizers;

/// <summary>The merges that are possible in a word, the most urgent first and of equals the leftmost: a heap in which every node has four children.</summary>
/// <param name="capacity">Merges expected.</param>
internal sealed class MergeQueue(int capacity)
{
    private const int Children = 4;

    private long[] items = new long[Math.Max(4, capacity)];
    private int count;

    /// <summary>Adds the merge of this rank at this position.</summary>
    public void Enqueue(int rank, int position)
    {
        if (count == items.Length) Array.Resize(ref items, 2 * count);
        long item = ((long)rank << 32) | (uint)position;
        int at = count++;
        for (int parent; at > 0 && items[parent = (at - 1) / Children] > item; at = parent) items[at] = items[parent];
        items[at] = item;
    }

    /// <summary>Takes the first merge; false when there is none.</summary>
    public bool TryDequeue(out int rank, out int position)
    {
        (rank, position) = (0, 0);
        if (count == 0) return false;
        (rank, position) = ((int)(items[0] >> 32), (int)items[0]);
        long item = items[--count];
        int at = 0;
        while (Children * at + 1 < count)
        {
            int child = SmallestChild(Children * at + 1);
            if (items[child] >= item) break;
            items[at] = items[child];
            at = child;
        }
        items[at] = item;
        return true;
    }

    private int SmallestChild(int first)
    {
        int smallest = first;
        for (int child = first + 1; child < Math.Min(first + Children, count); child++)
            if (items[child] < items[smallest]) smallest = child;
        return smallest;
    }
}
