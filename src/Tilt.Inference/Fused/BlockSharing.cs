
namespace Tilt.Inference.Fused;

/// <summary>Shares the rows of a batch among threads, each with working memory of its own.</summary>
internal static class BlockSharing
{
    /// <summary>
    /// Shares the blocks of <paramref name="blockSize"/> indices below <paramref name="count"/> among the model's threads.
    /// </summary>
    /// <param name="model">Lends each thread its working memory.</param>
    /// <param name="count">Number of indices.</param>
    /// <param name="blockSize">Indices taken at a time.</param>
    /// <param name="body">Receives the working memory and the first and last-plus-one index of a block.</param>
    public static void Run(FusedModel model, int count, int blockSize, Action<ForwardPass, int, int> body)
    {
        int next = 0, blocks = (count + blockSize - 1) / blockSize;
        WorkSharing.Run(Math.Min(model.Threads, blocks), () =>
        {
            ForwardPass forward = model.Rent();
            for (int block = Interlocked.Increment(ref next) - 1; block < blocks; block = Interlocked.Increment(ref next) - 1)
                body(forward, block * blockSize, Math.Min(count, (block + 1) * blockSize));
            model.Return(forward);
        });
    }
}
