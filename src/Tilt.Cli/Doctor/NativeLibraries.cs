using System.Runtime.InteropServices;

namespace Tilt.Cli.Doctor;

/// <summary>The native libraries beside the program, and why one of them does not load.</summary>
internal static class NativeLibraries
{
    /// <summary>In the order in which they need each other.</summary>
    private static readonly string[] Names = ["c10", "torch_cpu", "torch", "LibTorchSharp"];

    /// <summary>The system loader's words on the first library that does not load; null when all load.</summary>
    public static string? Obstacle(string folder)
    {
        foreach (string name in Names)
        {
            string file = Path.Combine(folder, FileName(name));
            if (!File.Exists(file)) return $"{file} is missing.";
            try
            {
                NativeLibrary.Load(file);
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
            {
                // The first line is .NET's advice on how to find out; the others are the loader's.
                string[] lines = e.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                return string.Join(' ', lines.Length > 1 ? lines[1..].Distinct(StringComparer.Ordinal) : lines);
            }
        }

        return null;
    }

    private static string FileName(string name) =>
        OperatingSystem.IsWindows() ? name + ".dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";
}
