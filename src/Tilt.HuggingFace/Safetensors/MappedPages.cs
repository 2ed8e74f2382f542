using System.Runtime.InteropServices;

namespace Tilt.HuggingFace.Safetensors;

/// <summary>Residence of mapped files: which of their pages count as this process's memory. Contents never change by it.</summary>
internal static unsafe partial class MappedPages
{
    private const int DontNeed = 4, PopulateRead = 22;

    /// <summary>Bytes made resident by one call.</summary>
    private const long Slice = 64L << 20;

    /// <summary>
    /// Makes ranges resident, on several threads: one system call for each slice on Linux 5.14 and later, by reading a byte of every page
    /// elsewhere.
    /// </summary>
    public static void Prefetch(IReadOnlyList<(nint Address, long Length)> ranges, int threads)
    {
        var slices = new List<(nint Address, long Length)>();
        foreach ((nint address, long length) in ranges)
            for (long begin = 0; begin < length; begin += Slice) slices.Add(((nint)(address + begin), Math.Min(Slice, length - begin)));
        Parallel.ForEach(slices, new ParallelOptions { MaxDegreeOfParallelism = threads }, slice =>
        {
            nint begin = slice.Address & -Environment.SystemPageSize;
            if (OperatingSystem.IsLinux() && Advise(begin, (nuint)(slice.Address + slice.Length - begin), PopulateRead) == 0) return;
            Touch((byte*)slice.Address, slice.Length);
        });
    }

    /// <summary>
    /// Stops counting the whole pages of a range of a read-only mapping as this process's memory; they are mapped again when they are read.
    /// </summary>
    public static void Release(nint address, long length)
    {
        if (!OperatingSystem.IsLinux()) return;
        int page = Environment.SystemPageSize;
        nint begin = (address + page - 1) & -page, end = (nint)(address + length) & -page;
        // A refusal costs nothing but the memory.
        if (end > begin) _ = Advise(begin, (nuint)(end - begin), DontNeed);
    }

    private static void Touch(byte* address, long length)
    {
        for (long at = 0; at < length; at += Environment.SystemPageSize) _ = Volatile.Read(ref address[at]);
        if (length > 0) _ = Volatile.Read(ref address[length - 1]);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
