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
}
