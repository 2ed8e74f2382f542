using System.Diagnostics;
using System.Globalization;

namespace Tilt.Benchmarks;

/// <summary>What the operating system says of this process, in bytes.</summary>
internal static class ProcessMemory
{
    /// <summary>The most resident memory until now.</summary>
    public static long Peak() => Of("VmHWM:") ?? Process.GetCurrentProcess().PeakWorkingSet64;

    /// <summary>A line of /proc/self/status, null where there is none.</summary>
    public static long? Of(string key)
    {
        string? line = File.Exists("/proc/self/status")
            ? File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal))
            : null;
        return line is null
            ? null
            : long.Parse(line.Split(':', StringSplitOptions.TrimEntries)[1].Split(' ')[0], CultureInfo.InvariantCulture) * 1024;
    }
}
