using System.Collections;
using System.Runtime.InteropServices;

namespace Tilt.Cli.Launch;

/// <summary>
/// Starts the program again, in the same process, with the settings of glibc's allocator that only the environment of a new program can
/// give: one heap for all threads, in large pages.
/// </summary>
/// <remarks>
/// A thread's own heap never holds a block of more than 64 MB: each is mapped from the system and given back, which costs more in page
/// faults than a training step of a small real model does in arithmetic (a gradient pass of 135 million parameters takes a third of the
/// time with one heap).
/// </remarks>
internal static partial class AllocatorLaunch
{
    private const string Arenas = "MALLOC_ARENA_MAX", Tunables = "GLIBC_TUNABLES", LargePages = "glibc.malloc.hugetlb=1";

    /// <summary>Commands that compute with models large enough.</summary>
    private static readonly string[] Commands = ["train", "eval", "compare", "generate", "score", "diagnose"];

    /// <summary>Does not return where the program was started again; does nothing where it need not be, or cannot.</summary>
    public static void Restart(string[] args)
    {
        if (!OperatingSystem.IsLinux() || !IsNeeded(args, Environment.GetEnvironmentVariable(Arenas))) return;
        try
        {
            string[] command = File.ReadAllText("/proc/self/cmdline").Split('\0')[..^1];
            string program = File.ResolveLinkTarget("/proc/self/exe", returnFinalTarget: true)?.FullName ?? command[0];
            Execute(program, [.. command, null], [.. Variables(Environment.GetEnvironmentVariables()), null]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or EntryPointNotFoundException or DllNotFoundException)
        {
            // It runs all the same, only slower.
        }
    }

    /// <summary>Whether a command line computes, and its environment does not say yet how.</summary>
    internal static bool IsNeeded(string[] args, string? arenas) =>
        arenas is null && args.Length > 1 && Commands.Contains(args[0], StringComparer.Ordinal)
        && !args.Any(arg => arg is "--help" or "-h" or "-?" or "--version");

    /// <summary>The environment of the new program.</summary>
    internal static IEnumerable<string> Variables(IDictionary variables)
    {
        foreach (DictionaryEntry variable in variables)
            if (variable.Key is not Tunables) yield return $"{variable.Key}={variable.Value}";
        yield return $"{Arenas}=1";
        yield return $"{Tunables}={(variables[Tunables] is string { Length: > 0 } given ? given : LargePages)}";
    }

    [LibraryImport("libc", EntryPoint = "execve", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, string?[] arguments, string?[] variables);
}
