using System.Globalization;
using System.Text;

namespace Tilt.Cli.Doctor;

/// <summary>libtorch: whether its files are there and fit the system, whether it loads, and whether it computes rightly.</summary>
internal static class LibtorchChecks
{
    private const string Area = "libtorch", NewSymbols = "GLIBCXX_3.4.32";

    public static IEnumerable<DoctorCheck> Run(LibtorchProbe probe, SystemFiles files, int usableCores)
    {
        DoctorCheck? symbols = OperatingSystem.IsLinux() ? Symbols(AppContext.BaseDirectory, StandardLibrary(files)) : null;
        if (symbols is not null) yield return symbols;
        foreach (DoctorCheck check in Probed(probe, usableCores, symbols)) yield return check;
    }

    /// <summary>What the probe says.</summary>
    public static IEnumerable<DoctorCheck> Probed(LibtorchProbe probe, int usableCores, DoctorCheck? symbols)
    {
        if (probe.Failure is { } failure)
        {
            yield return new(Area, "loading", CheckStatus.Problem, $"it cannot be used: {Shorten(failure)}", Remedy(failure, symbols));
            yield break;
        }

        yield return new(Area, "loading", CheckStatus.Ok,
            string.Create(CultureInfo.InvariantCulture, $"version {probe.Version} loads in {probe.LoadSeconds:0.0} s"))
        {
            Data = new Dictionary<string, object?>(StringComparer.Ordinal) { ["version"] = probe.Version, ["seconds"] = probe.LoadSeconds },
        };
        yield return SelfTest(probe);
        yield return Threads(probe.Threads, usableCores);
        string speeds = string.Create(CultureInfo.InvariantCulture,
            $"matrix products at {probe.Float32Gigaflops:0} Gflop/s in float32 and {probe.Bfloat16Gigaflops:0} in bfloat16");
        var data = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["one_dnn"] = probe.OneDnn,
            ["float32_gigaflops"] = probe.Float32Gigaflops,
            ["bfloat16_gigaflops"] = probe.Bfloat16Gigaflops
        };
        yield return new(Area, "oneDNN", probe.OneDnn == false ? CheckStatus.Note : CheckStatus.Ok,
            $"{probe.OneDnn switch { true => "built in", false => "not built in", null => "unknown" }}; {speeds}")
        { Data = data };
        if (probe.Bfloat16Gigaflops < 0.5 * probe.Float32Gigaflops)
            yield return new(Area, "bfloat16", CheckStatus.Note, "bfloat16 is slower than float32 on this processor",
                "Set dtype: float32 where memory allows; bfloat16 still halves the memory of weights.");
        if (OperatingSystem.IsLinux())
        {
            yield return probe.TunesAllocator
                ? new(Area, "allocator", CheckStatus.Ok, "glibc's, tuned to keep large blocks")
                : new(Area, "allocator", CheckStatus.Warning,
                    "it cannot be tuned (not glibc's): results are the same, large operations slower",
                    "Run with glibc's allocator: unset LD_PRELOAD if it loads another.");
        }
    }

    /// <summary>Whether TorchSharp's library fits the system's libstdc++, or was made to fit it.</summary>
    /// <param name="folder">Folder of the program.</param>
    /// <param name="standardLibrary">The libstdc++ that this process uses; null when it is not known.</param>
    public static DoctorCheck? Symbols(string folder, string? standardLibrary)
    {
        string[] places = [Path.Combine(folder, "libLibTorchSharp.so"),
            Path.Combine(folder, "runtimes", "linux-x64", "native", "libLibTorchSharp.so")];
        if (places.FirstOrDefault(File.Exists) is not { } library)
            return new(Area, "files", CheckStatus.Problem, $"libLibTorchSharp.so is not in {folder}",
                "Build Tilt again ('dotnet build'): the native libraries are copied beside the program.");
        if (SymbolVersions.Read(File.ReadAllBytes(library)) is not { } versions)
            return new(Area, "symbol versions", CheckStatus.Problem, $"{library} is damaged",
                "Delete the bin folders and build Tilt again.");
        SymbolVersion? needed = versions.FirstOrDefault(v => v.Version == NewSymbols);
        if (needed is null) return new(Area, "symbol versions", CheckStatus.Ok, $"the library does not ask for {NewSymbols}");
        bool offered = standardLibrary is not null && Offers(standardLibrary, NewSymbols);
        var data = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["library"] = library,
            ["weak"] = needed.IsWeak,
            ["libstdcxx"] = standardLibrary,
            ["offered"] = offered
        };
        return (needed.IsWeak, offered) switch
        {
            (true, false) => new(Area, "symbol versions", CheckStatus.Ok,
                $"the build has adjusted TorchSharp's library to this system's libstdc++, which lacks {NewSymbols}")
            { Data = data },
            (true, true) => new(Area, "symbol versions", CheckStatus.Ok,
                $"the library was adjusted to a libstdc++ without {NewSymbols}; this system's has it")
            { Data = data },
            (false, true) => new(Area, "symbol versions", CheckStatus.Ok, $"nothing to adjust: this system's libstdc++ has {NewSymbols}")
            {
                Data = data
            },
            (false, false) => new(Area, "symbol versions", CheckStatus.Problem,
                $"TorchSharp's library asks for {NewSymbols}, which {standardLibrary ?? "this system's libstdc++"} lacks",
                "Build Tilt on this machine, which adjusts the library, or install the libstdc++ of GCC 13 or newer.")
            { Data = data },
        };
    }

    private static DoctorCheck SelfTest(LibtorchProbe probe)
    {
        var data = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["float32_error"] = probe.Float32Error,
            ["gradient_error"] = probe.GradientError,
            ["bfloat16_error"] = probe.Bfloat16Error
        };
        string text = string.Create(CultureInfo.InvariantCulture,
            $"a matrix product is right to {probe.Float32Error:0.0e+0} in float32, its gradient to {probe.GradientError:0.0e+0}; in "
            + $"bfloat16 it is {(probe.Bfloat16Error == 0 ? "exact where it can be" : $"wrong by {probe.Bfloat16Error:0.0e+0}")}");
        return probe.IsRight
            ? new(Area, "self-test", CheckStatus.Ok, text) { Data = data }
            : new(Area, "self-test", CheckStatus.Problem, $"wrong results: {text}",
                "Delete the bin folders and build again; if it stays so, the library does not suit this processor: report it with 'tilt "
                + "doctor --json'.")
            { Data = data };
    }

    private static DoctorCheck Threads(int threads, int usableCores)
    {
        var data = new Dictionary<string, object?>(StringComparer.Ordinal) { ["threads"] = threads };
        return threads > usableCores
            ? new(Area, "threads", CheckStatus.Warning, $"{threads} threads for {usableCores} usable cores",
                "Unset OMP_NUM_THREADS and MKL_NUM_THREADS, or set them to the number of cores.")
            { Data = data }
            : new(Area, "threads", CheckStatus.Ok, $"{threads} by default; commands set their own with --threads") { Data = data };
    }

    private static string Remedy(string failure, DoctorCheck? symbols)
    {
        if (symbols is { Status: CheckStatus.Problem }) return "See the line above: that is likely the cause.";
        if (failure.Contains("GLIBC_", StringComparison.Ordinal)) return "Use a newer Linux: libtorch needs a newer glibc than this one.";
        if (failure.Contains("SIGILL", StringComparison.Ordinal))
            return "Use a processor with AVX2, or let the virtual machine show the host's processor.";
        if (failure.Contains("failed to map", StringComparison.Ordinal) || failure.Contains("allocate memory", StringComparison.Ordinal))
            return "Lift the limit on the process's address space (ulimit -v unlimited): loading libtorch takes some gigabytes of it.";
        if (failure.Contains("SIGKILL", StringComparison.Ordinal))
            return "Give the process more memory: loading libtorch takes about 300 MB.";
        return "Delete the bin and obj folders and build again ('dotnet build'); a library that the message names as missing comes from "
            + "the system's packages.";
    }

    private static string? StandardLibrary(SystemFiles files) =>
        files.Lines("proc/self/maps").Select(l => l.IndexOf('/', StringComparison.Ordinal) is >= 0 and var at ? l[at..].Trim() : "")
            .FirstOrDefault(p => Path.GetFileName(p).StartsWith("libstdc++.so", StringComparison.Ordinal));

    private static bool Offers(string library, string version)
    {
        try
        {
            return File.ReadAllBytes(library).AsSpan().IndexOf(Encoding.ASCII.GetBytes(version + "\0")) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string Shorten(string text)
    {
        string flat = string.Join(' ', text.Split((char[])['\r', '\n', '\t', ' '], StringSplitOptions.RemoveEmptyEntries));
        return flat.Length > 600 ? flat[..600] + "…" : flat;
    }
}
