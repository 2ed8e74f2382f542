using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Tilt.Cli.Doctor;

/// <summary>Cores that this process may use, and the instructions they have.</summary>
internal static class ProcessorChecks
{
    private const string Area = "processor";

    public static IEnumerable<DoctorCheck> Run(SystemFiles files, ControlGroup limits)
    {
        yield return Cores(files, limits, Environment.ProcessorCount, Environment.GetEnvironmentVariable("DOTNET_PROCESSOR_COUNT"));
        yield return Vectors(files);
    }

    /// <summary>Cores, and what keeps the process from using all of the machine's.</summary>
    public static DoctorCheck Cores(SystemFiles files, ControlGroup limits, int usable, string? forced)
    {
        int machine = Math.Max(files.Lines("proc/cpuinfo").Count(l => l.StartsWith("processor", StringComparison.Ordinal)), usable);
        int? allowed = files.Field("proc/self/status", "Cpus_allowed_list") is { } list ? Count(list) : null;
        string[] reasons =
        [
            .. forced is { Length: > 0 } ? [$"DOTNET_PROCESSOR_COUNT is {forced}"] : Array.Empty<string>(),
            .. allowed < machine ? [$"its affinity allows {allowed}"] : Array.Empty<string>(),
            .. limits.Cores < machine
                ? [string.Create(CultureInfo.InvariantCulture, $"its control group allows the time of {limits.Cores:0.##}")]
                : Array.Empty<string>(),
        ];
        string text =
            $"{usable} of {machine} cores usable{(reasons.Length > 0 ? " (" + string.Join("; ", reasons) + ")" : "")}: {Model(files)}";
        var data = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["usable"] = usable,
            ["machine"] = machine,
            ["affinity"] = allowed,
            ["control_group"] = limits.Cores,
            ["model"] = Model(files)
        };
        if (limits.Cores is { } share && usable > Math.Ceiling(share))
            return new(Area, "cores", CheckStatus.Warning, text,
                $"Give --threads {Math.Max(1, (int)share)} to commands that take it: more threads than the control group allows are "
                + $"stopped again and again.")
            { Data = data };
        return new(Area, "cores", usable < machine ? CheckStatus.Note : CheckStatus.Ok, text) { Data = data };
    }

    private static DoctorCheck Vectors(SystemFiles files)
    {
        string[] flags = files.Field("proc/cpuinfo", RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "Features" : "flags")
            ?.Split(' ') ?? [];
        string[] bfloat16 = [.. flags.Where(f => f is "avx512_bf16" or "amx_bf16" or "avx_ne_convert" or "bf16" or "svebf16")];
        int width = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128
            : 0;
        bool multiplyAdd = Fma.IsSupported || AdvSimd.IsSupported;
        string name = width switch { 512 => "AVX-512", 256 => "AVX2", 128 => AdvSimd.IsSupported ? "NEON" : "SSE", _ => "none" };
        string text = $"vectors of {width} bits ({name}), {(multiplyAdd ? "fused multiply-add" : "no fused multiply-add")}, "
            + (bfloat16.Length > 0 ? $"bfloat16 products ({string.Join(", ", bfloat16)})" : flags.Length > 0
                ? "no bfloat16 products in hardware" : "bfloat16 unknown");
        var data =
            new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["vector_bits"] = width,
                ["fused_multiply_add"] = multiplyAdd,
                ["bfloat16"] = bfloat16
            };
        if (width >= 256 || AdvSimd.IsSupported) return new(Area, "vectors", CheckStatus.Ok, text) { Data = data };
        return new(Area, "vectors", CheckStatus.Warning, text,
            "Run on a processor with AVX2, or let the virtual machine show the host's processor: everything is several times slower "
            + "without.")
        { Data = data };
    }

    private static string Model(SystemFiles files) =>
        files.Field("proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>How many numbers a list such as <c>0-3,8,10-11</c> has.</summary>
    private static int? Count(string list)
    {
        int count = 0;
        foreach (string range in list.Split(','))
        {
            string[] ends = range.Split('-');
            if (!int.TryParse(ends[0], CultureInfo.InvariantCulture, out int first)
                || !int.TryParse(ends[^1], CultureInfo.InvariantCulture, out int last))
                return null;
            count += last - first + 1;
        }

        return count;
    }
}
