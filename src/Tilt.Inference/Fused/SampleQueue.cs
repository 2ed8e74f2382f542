using Tilt.Rollouts;

namespace Tilt.Inference.Fused;

/// <summary>Requests that wait, equal prompts side by side; threads take pieces of the queue.</summary>
internal sealed class SampleQueue
{
    private readonly PromptOrder _order;
    private readonly int _pieceSize;
    private int _next;

    /// <summary>Queues the requests of one call.</summary>
    public SampleQueue(IReadOnlyList<SampleRequest> requests, int threads, int blockSize)
    {
        Requests = requests;
        _order = new PromptOrder(requests.Count, i => requests[i].PromptIds);
        // Small enough for threads to end together, large enough for a group's prompt to be read by few of them.
        _pieceSize = threads == 1 ? blockSize : Math.Clamp(requests.Count / (8 * threads), 1, blockSize);
        PieceCount = (requests.Count + _pieceSize - 1) / _pieceSize;
    }

    /// <summary>The requests in the caller's order.</summary>
    public IReadOnlyList<SampleRequest> Requests { get; }

    /// <summary>Number of pieces.</summary>
    public int PieceCount { get; }

    /// <summary>Number that two requests share exactly when their prompts are equal.</summary>
    public int Group(int request) => _order.GroupOf[request];

    /// <summary>The next piece, as indices of requests; empty at the end.</summary>
    public ReadOnlySpan<int> Take()
    {
        int piece = Interlocked.Increment(ref _next) - 1;
        if (piece >= PieceCount) return [];
        int first = piece * _pieceSize;
        return _order.Indices.AsSpan(first, Math.Min(_pieceSize, _order.Indices.Length - first));
    }
}
