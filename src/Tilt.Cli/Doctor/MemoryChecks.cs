using System.Globalization;
using Tilt.HuggingFace.Hub;

namespace Tilt.Cli.Doctor;

/// <summary>Memory of the machine and of the control group, and space on disk.</summary>
internal static class MemoryChecks
{
    private const long LittleMemory = 1L << 30, LittleCacheSpace = 5_000_000_000, LittleWorkSpace = 1_000_000_000;

    /// <summary>Total and available memory; the control group's limit is the total where it is smaller.</summary>
    public static DoctorCheck Memory(SystemFiles files, ControlGroup limits)
    {
        GCMemoryInfo collector = GC.GetGCMemoryInfo();
        long machine = Kibibytes(files.Field("proc/meminfo", "MemTotal")) ?? collector.TotalAvailableMemoryBytes;
        long? available = Kibibytes(files.Field("proc/meminfo", "MemAvailable"));
        long total = Math.Min(machine, limits.MemoryBytes ?? long.MaxValue);
        if (limits.MemoryBytes is { } limit && limits.MemoryUsed is { } used)
            available = Math.Min(available ?? long.MaxValue, Math.Max(0, limit - used));
        string text = $"{ByteSize.Text(total)}{(available is { } free ? $", {ByteSize.Text(free)} available" : "")}"
            + (total < machine ? $" (the control group's limit; the machine has {ByteSize.Text(machine)})" : "");
        var data = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["machine_bytes"] = machine,
            ["total_bytes"] = total,
            ["available_bytes"] = available,
            ["control_group_bytes"] = limits.MemoryBytes
        };
        return (available ?? total) < LittleMemory
            ? new("memory", "memory", CheckStatus.Warning, text,
                "Close other programs, or raise the container's limit: weights in bfloat16 take 2 bytes a parameter, and work comes on "
                + "top.")
            { Data = data }
            : new("memory", "memory", CheckStatus.Ok, text) { Data = data };
    }

    /// <summary>Free space where models are cached.</summary>
    public static DoctorCheck CacheSpace(string folder) =>
        Space("cache's disk", folder, LittleCacheSpace,
            "Free space, or set HF_HOME to a folder on another disk: a model of 3 billion parameters takes 6 GB.");

    /// <summary>Free space where runs are written.</summary>
    public static DoctorCheck WorkSpace(string folder) =>
        Space("working folder's disk", folder, LittleWorkSpace, "Free space, or work on another disk: runs keep checkpoints.");

    private static DoctorCheck Space(string name, string folder, long little, string remedy)
    {
        string existing = WritableFolder.NearestExisting(folder);
        try
        {
            var drive = new DriveInfo(existing);
            long free = drive.AvailableFreeSpace;
            string text = $"{ByteSize.Text(free)} of {ByteSize.Text(drive.TotalSize)} free for {folder}";
            var data = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["folder"] = folder,
                ["free_bytes"] = free,
                ["total_bytes"] = drive.TotalSize
            };
            return free < little
                ? new("memory", name, CheckStatus.Warning, text, remedy) { Data = data }
                : new("memory", name, CheckStatus.Ok, text) { Data = data };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new("memory", name, CheckStatus.Warning, $"the free space for {folder} is not known: {e.Message}",
                "Check that the folder's disk is mounted and can be read.");
        }
    }

    private static long? Kibibytes(string? field) =>
        field is not null && long.TryParse(field.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value * 1024
            : null;
}
