namespace Tilt.Inference.Fused;

/// <summary>The largest logits of a row.</summary>
internal static class TopTokens
{
    /// <summary>Fills <paramref name="best"/> with the tokens of the largest logits, best first, ties by lower id.</summary>
    /// <remarks>A heap of the best so far, worst on top.</remarks>
    public static void Find(ReadOnlySpan<float> logits, Span<int> best)
    {
        int count = 0;
        for (int token = 0; token < logits.Length; token++)
        {
            if (count < best.Length)
            {
                best[count] = token;
                SiftUp(logits, best, count++);
            }
            else if (logits[token] > logits[best[0]])
            {
                best[0] = token;
                SiftDown(logits, best);
            }
        }
        for (int last = best.Length - 1; last > 0; last--)
        {
            (best[0], best[last]) = (best[last], best[0]);
            SiftDown(logits, best[..last]);
        }
    }

    private static bool IsWorse(ReadOnlySpan<float> logits, int a, int b) => logits[a] < logits[b] || (logits[a] == logits[b] && a > b);

    private static void SiftUp(ReadOnlySpan<float> logits, Span<int> heap, int i)
    {
        for (int parent; i > 0 && IsWorse(logits, heap[i], heap[parent = (i - 1) / 2]); i = parent)
            (heap[i], heap[parent]) = (heap[parent], heap[i]);
    }

    private static void SiftDown(ReadOnlySpan<float> logits, Span<int> heap)
    {
        for (int i = 0, child; (child = 2 * i + 1) < heap.Length; i = child)
        {
            if (child + 1 < heap.Length && IsWorse(logits, heap[child + 1], heap[child])) child++;
            if (!IsWorse(logits, heap[child], heap[i])) return;
            (heap[i], heap[child]) = (heap[child], heap[i]);
        }
    }
}
