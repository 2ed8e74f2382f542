using System.Globalization;

namespace Tilt.Cli.Doctor;

/// <summary>What the control groups of this process (its container, its service) allow it; null where they set no limit.</summary>
/// <param name="Cores">Processor time, in cores.</param>
/// <param name="MemoryBytes">Memory.</param>
/// <param name="MemoryUsed">Memory in use below that limit, without what the system can drop; null without a limit.</param>
/// <remarks>
/// A group is limited by all groups above it: the smallest limit on the way to the root counts. Versions 1 and 2 are read.
/// </remarks>
internal sealed record ControlGroup(double? Cores, long? MemoryBytes, long? MemoryUsed)
{
    /// <summary>Version 1 says "no limit" with the largest number of whole pages.</summary>
    private const long NoLimit = long.MaxValue / 2;

    /// <summary>Reads the limits of the process that <paramref name="files"/> shows as <c>proc/self</c>.</summary>
    public static ControlGroup Read(SystemFiles files)
    {
        double? cores = null;
        long? memory = null, used = null;
        void LimitMemory(string? limit, string? usage, string? reclaimable)
        {
            if (Number(limit) is not (> 0 and < NoLimit and var bytes) || bytes >= (memory ?? long.MaxValue)) return;
            memory = bytes;
            used = Number(usage) is { } all ? Math.Max(0, all - (Number(reclaimable) ?? 0)) : null;
        }

        foreach (string line in files.Lines("proc/self/cgroup"))
        {
            string[] parts = line.Split(':', 3);
            if (parts.Length < 3) continue;
            string[] controllers = parts[1].Split(',');
            if (parts[0] == "0" && parts[1].Length == 0)
            {
                foreach (string group in (string[])[.. WithAncestors("sys/fs/cgroup", parts[2]),
                    .. WithAncestors("sys/fs/cgroup/unified", parts[2])])
                {
                    string[] quota = files.Read(group + "/cpu.max")?.Split(' ') ?? [];
                    if (quota.Length == 2) cores = Smaller(cores, Ratio(quota[0], quota[1]));
                    LimitMemory(files.Read(group + "/memory.max"), files.Read(group + "/memory.current"),
                        Statistic(files, group, "inactive_file"));
                }
            }

            if (controllers.Contains("cpu"))
            {
                foreach (string group in WithAncestors("sys/fs/cgroup/" + parts[1], parts[2])
                    .Concat(WithAncestors("sys/fs/cgroup/cpu", parts[2])))
                    cores = Smaller(cores, Ratio(files.Read(group + "/cpu.cfs_quota_us"), files.Read(group + "/cpu.cfs_period_us")));
            }

            if (controllers.Contains("memory"))
            {
                foreach (string group in WithAncestors("sys/fs/cgroup/memory", parts[2]))
                    LimitMemory(files.Read(group + "/memory.limit_in_bytes"), files.Read(group + "/memory.usage_in_bytes"),
                        Statistic(files, group, "total_inactive_file"));
            }
        }

        return new ControlGroup(cores, memory, used);
    }

    /// <summary>
    /// A group's folder and those above it. In a container the path may be the host's, of which only the root is visible.
    /// </summary>
    private static IEnumerable<string> WithAncestors(string mount, string path)
    {
        for (string current = path.TrimEnd('/'); current.Length > 0; current = current[..current.LastIndexOf('/')])
            yield return mount + current;
        yield return mount;
    }

    private static string? Statistic(SystemFiles files, string group, string name) =>
        files.Lines(group + "/memory.stat").FirstOrDefault(l => l.StartsWith(name + " ", StringComparison.Ordinal))?[(name.Length + 1)..];

    private static double? Ratio(string? quota, string? period) =>
        Number(quota) is > 0 and var time && Number(period) is > 0 and var length ? (double)time / length : null;

    private static double? Smaller(double? a, double? b) => a is null || b < a ? b : a;

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : null;
}
