using System.Runtime.InteropServices;
using TorchSharp;

namespace Tilt.Torch.Tensors;

/// <summary>Set-up of libtorch for the whole process, to be called once at start, before any tensor is made.</summary>
public static partial class TorchRuntime
{
    private const int TrimThreshold = -1, MmapMax = -4;

    /// <summary>Sets the number of threads of one libtorch operation and tunes the memory allocator.</summary>
    /// <param name="threads">Threads of one operation; 1 when several threads of the program use libtorch at once.</param>
    /// <returns>
    /// Whether the allocator could be tuned: only glibc's can. Without it results are the same and large operations slower.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">There must be at least one thread.</exception>
    /// <remarks>
    /// By default glibc maps every large block from the system and gives it back when it is freed, so that each temporary tensor
    /// is paid for in page faults. Keeping blocks in the heap makes large element-wise and matrix operations up to twice as fast.
    /// </remarks>
    public static bool Configure(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        bool tuned = TuneAllocator();
        torch.set_num_threads(threads);
        return tuned;
    }

    private static bool TuneAllocator()
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            return SetAllocatorOption(MmapMax, 0) == 1 && SetAllocatorOption(TrimThreshold, int.MaxValue) == 1;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetAllocatorOption(int option, int value);
}
