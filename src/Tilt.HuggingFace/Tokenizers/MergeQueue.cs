namespace Tilt.HuggingFace.Tokenizers;

/// <summary>
/// The merges that are possible in a word, the most urgent first and of equals the leftmost: a heap in which every node has four children.
/// </summary>
/// <param name="capacity">Merges expected.</param>
internal sealed class MergeQueue(int capacity)
{
    private const int Children = 4;

    private long[] _items = new long[Math.Max(4, capacity)];
    private int _count;

    /// <summary>Adds the merge of this rank at this position.</summary>
    public void Enqueue(int rank, int position)
    {
        if (_count == _items.Length) Array.Resize(ref _items, 2 * _count);
        long item = ((long)rank << 32) | (uint)position;
        int at = _count++;
        for (int parent; at > 0 && _items[parent = (at - 1) / Children] > item; at = parent) _items[at] = _items[parent];
        _items[at] = item;
    }

    /// <summary>Takes the first merge; false when there is none.</summary>
    public bool TryDequeue(out int rank, out int position)
    {
        (rank, position) = (0, 0);
        if (_count == 0) return false;
        (rank, position) = ((int)(_items[0] >> 32), (int)_items[0]);
        long item = _items[--_count];
        int at = 0;
        while (Children * at + 1 < _count)
        {
            int child = SmallestChild(Children * at + 1);
            if (_items[child] >= item) break;
            _items[at] = _items[child];
            at = child;
        }
        _items[at] = item;
        return true;
    }

    private int SmallestChild(int first)
    {
        int smallest = first;
        for (int child = first + 1; child < Math.Min(first + Children, _count); child++)
            if (_items[child] < _items[smallest]) smallest = child;
        return smallest;
    }
}
