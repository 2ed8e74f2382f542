using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Tilt.Inference.Fused;
using static TorchSharp.torch;

namespace Tilt.Torch.Native;

/// <summary>
/// Shares pieces of work among the threads that libtorch's own operations run on, so that kernels and operations never compete
/// for cores. Pieces are taken one at a time: a thread that is held up does not hold up the others.
/// </summary>
internal static unsafe class ThreadTeam
{
    private static readonly Lazy<bool> Available = new(SelfTest);

    /// <summary>Whether libtorch lends its threads; where it does not, the thread pool's are used.</summary>
    public static bool IsAvailable => Available.Value;

    /// <summary>
    /// Runs <paramref name="body"/> for 0 … <paramref name="pieces"/> − 1, on as many threads as libtorch is set to, and waits.
    /// </summary>
    public static void Run(int pieces, Action<int> body)
    {
        int threads = Math.Min(get_num_threads(), pieces);
        if (threads <= 1)
        {
            for (int i = 0; i < pieces; i++) body(i);
            return;
        }
        var work = new Work(pieces, body);
        if (IsAvailable) RunOnLibtorch(work, threads);
        else WorkSharing.Run(threads, work.Share);
        work.ThrowFailure();
    }

    private static void RunOnLibtorch(Work work, int threads)
    {
        var handle = GCHandle.Alloc(work);
        try
        {
            StableAbi.Check(StableAbi.torch_parallel_for(0, threads, 1, &Enter, (void*)GCHandle.ToIntPtr(handle)));
        }
        finally
        {
            handle.Free();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Enter(long begin, long end, void* context) => ((Work)GCHandle.FromIntPtr((nint)context).Target!).Share();

    private static bool SelfTest()
    {
        try
        {
            int sum = 0;
            var work = new Work(100, i => Interlocked.Add(ref sum, i));
            RunOnLibtorch(work, 2);
            return sum == 4950;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }

    private sealed class Work(int pieces, Action<int> body)
    {
        private int _next;
        private Exception? _failure;

        /// <summary>Takes pieces until none is left. Exceptions must not leave it: below is native code.</summary>
        public void Share()
        {
            try
            {
                for (int i = Interlocked.Increment(ref _next) - 1; i < pieces; i = Interlocked.Increment(ref _next) - 1) body(i);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _failure, e, null);
                Volatile.Write(ref _next, pieces);
            }
        }

        public void ThrowFailure()
        {
            if (_failure is not null) ExceptionDispatchInfo.Throw(_failure);
        }
    }
}
