using System.Runtime.ExceptionServices;

namespace Tilt.Inference.Fused;

/// <summary>Runs the same body on several threads; bodies take pieces of work until none is left.</summary>
internal static class WorkSharing
{
    /// <summary>Runs <paramref name="body"/> on up to <paramref name="threads"/> threads, this one included, and waits for all.</summary>
    public static void Run(int threads, Action body)
    {
        if (threads <= 1)
        {
            body();
            return;
        }
        try
        {
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ => body());
        }
        catch (AggregateException exception) when (exception.InnerExceptions.Count > 0)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }

    /// <summary>Shares the blocks of <paramref name="blockSize"/> indices below <paramref name="count"/> among threads.</summary>
    /// <param name="threads">Most threads.</param>
    /// <param name="count">Number of indices.</param>
    /// <param name="blockSize">Indices taken at a time.</param>
    /// <param name="model">Lends each thread its working memory.</param>
    /// <param name="body">Receives the working memory and the first and last-plus-one index of a block.</param>
    public static void Blocks(int threads, int count, int blockSize, FusedModel model, Action<ForwardPass, int, int> body)
    {
        int next = 0, blocks = (count + blockSize - 1) / blockSize;
        Run(Math.Min(threads, blocks), () =>
        {
            ForwardPass forward = model.Rent();
            for (int block = Interlocked.Increment(ref next) - 1; block < blocks; block = Interlocked.Increment(ref next) - 1)
                body(forward, block * blockSize, Math.Min(count, (block + 1) * blockSize));
            model.Return(forward);
        });
    }
}
