using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Tilt.Cli.Doctor;

/// <summary>Takes a <see cref="LibtorchProbe"/> in a process of its own.</summary>
internal static class ProbeProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The probe; its failure tells when the process crashed or hung.</summary>
    public static async Task<LibtorchProbe> RunAsync(CancellationToken cancellationToken)
    {
        if (StartInfo() is not { } start)
            return new LibtorchProbe
            {
                Failure = $"the program 'tilt' is not beside its libraries in {AppContext.BaseDirectory}, so that it cannot be started "
                    + $"again to try."
            };
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return new LibtorchProbe { Failure = $"{start.FileName} cannot be started to try: {e.Message}" };
        }

        process.StandardInput.Close();
        using var timeout = new CancellationTokenSource(Patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(either.Token),
                errors = process.StandardError.ReadToEndAsync(either.Token);
            await process.WaitForExitAsync(either.Token);
            return Parse(await output)
                ?? new LibtorchProbe
                {
                    Failure = $"the process that loaded it {Ending(process.ExitCode)}. {LastLine(await errors)}".TrimEnd()
                };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new LibtorchProbe { Failure = $"it did not load within {Patience.TotalSeconds:0} seconds." };
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>How a process ended, by its exit code: above 128 it is the signal that ended it.</summary>
    public static string Ending(int code) => code switch
    {
        132 or unchecked((int)0xC000001D) =>
            "ended with an illegal instruction (SIGILL): the processor lacks instructions that the library was built for",
        134 => "ended itself (SIGABRT)",
        135 => "ended with a bus error (SIGBUS)",
        137 => "was killed (SIGKILL), perhaps for want of memory",
        139 or unchecked((int)0xC0000005) => "crashed (SIGSEGV)",
        _ => $"ended with exit code {code}",
    };

    /// <summary>The probe on the last line of an output; null when there is none. Native libraries may have written before it.</summary>
    public static LibtorchProbe? Parse(string output)
    {
        try
        {
            return LastLine(output) is { Length: > 0 } line ? LibtorchProbe.FromJson(line) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ProcessStartInfo? StartInfo()
    {
        string folder = AppContext.BaseDirectory;
        string program = Path.Combine(folder, OperatingSystem.IsWindows() ? "tilt.exe" : "tilt"),
            library = Path.Combine(folder, "tilt.dll");
        string? running = Environment.ProcessPath;
        var start = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false
        };
        if (running is not null && Path.GetFileNameWithoutExtension(running) == "dotnet" && File.Exists(library))
        {
            start.FileName = running;
            start.ArgumentList.Add(library);
        }
        else if (File.Exists(program))
        {
            start.FileName = program;
            // The program finds the runtime by itself only in the usual places.
            start.Environment.TryAdd("DOTNET_ROOT",
                Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")));
        }
        else
        {
            return null;
        }

        start.ArgumentList.Add("doctor");
        start.ArgumentList.Add("--probe-libtorch");
        return start;
    }

    private static string LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
}
