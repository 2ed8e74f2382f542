using System.Runtime;
using System.Runtime.InteropServices;
using Tilt.RunFolders;

namespace Tilt.Cli.Doctor;

/// <summary>Tilt, .NET and the platform.</summary>
internal static class RuntimeChecks
{
    private const string Area = "runtime";

    public static IEnumerable<DoctorCheck> Run()
    {
        yield return new(Area, "tilt", CheckStatus.Ok, $"version {RunManifest.Version()}, in {AppContext.BaseDirectory}")
        {
            Data = Data(("version", RunManifest.Version()))
        };
        yield return new(Area, "dotnet", CheckStatus.Ok,
            $"{RuntimeInformation.FrameworkDescription} ({RuntimeEnvironment.GetRuntimeDirectory()})")
        {
            Data = Data(("version", Environment.Version.ToString()))
        };
        yield return Platform(RuntimeInformation.RuntimeIdentifier, RuntimeInformation.ProcessArchitecture,
            RuntimeInformation.OSArchitecture);
        string collector = $"{(GCSettings.IsServerGC ? "server" : "workstation")} garbage "
            + $"collector, {(GCSettings.LatencyMode == GCLatencyMode.Batch ? "not concurrent" : "concurrent")}";
        yield return new(Area, "garbage collector", CheckStatus.Ok, collector) { Data = Data(("server", GCSettings.IsServerGC)) };
    }

    /// <summary>Whether libtorch is published for a platform.</summary>
    public static DoctorCheck Platform(string identifier, Architecture process, Architecture machine)
    {
        string text = $"{RuntimeInformation.OSDescription.Trim()}, {identifier}";
        var data =
            Data(("identifier", identifier), ("process_architecture", process.ToString()), ("machine_architecture", machine.ToString()));
        if (!HasLibtorch(identifier, process))
            return new(Area, "platform", CheckStatus.Problem, $"{text}: there is no libtorch for it",
                "Use 64-bit Linux with glibc or Windows on an x64 processor, or macOS on Apple silicon.")
            { Data = data };
        return process == machine
            ? new(Area, "platform", CheckStatus.Ok, text) { Data = data }
            : new(Area, "platform", CheckStatus.Warning, $"{text}: {process} code is translated on this {machine} machine, which is slow",
                $"Install the .NET SDK for {machine} and build again.")
            { Data = data };
    }

    /// <summary>
    /// libtorch is published for glibc's Linux and Windows on x64, and macOS on Apple silicon. Distributions that build .NET themselves
    /// have identifiers of their own, such as debian.12-x64.
    /// </summary>
    private static bool HasLibtorch(string identifier, Architecture process) => process switch
    {
        Architecture.X64 =>
            !((string[])["musl", "alpine", "osx", "freebsd"]).Any(part => identifier.Contains(part, StringComparison.Ordinal)),
        Architecture.Arm64 => identifier.StartsWith("osx", StringComparison.Ordinal),
        _ => false,
    };

    private static Dictionary<string, object?> Data(params (string Key, object? Value)[] pairs) =>
        pairs.ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
}
