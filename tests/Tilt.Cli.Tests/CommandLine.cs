using System.Runtime.CompilerServices;
using Tilt.Cli.Commands;

namespace Tilt.Cli.Tests;

/// <summary>Runs commands and keeps what they write. Standard output is the process's: tests that use it run one at a time.</summary>
internal static class CommandLine
{
    public static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] args)
    {
        var (output, errors) = (Console.Out, Console.Error);
        using StringWriter writtenOutput = new(), writtenErrors = new();
        try
        {
            Console.SetOut(writtenOutput);
            Console.SetError(writtenErrors);
            int code = await TiltCommandLine.RunAsync(args);
            return (code, writtenOutput.ToString(), writtenErrors.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(errors);
        }
    }

    /// <summary>Path of a file under docs.</summary>
    public static string Documentation(string name, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "docs", name));
}
