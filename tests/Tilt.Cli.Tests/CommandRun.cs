using Tilt.Cli.Commands;

namespace Tilt.Cli.Tests;

/// <summary>Runs a command in this process and takes what it writes.</summary>
internal static class CommandRun
{
    public static async Task<(int Code, string Output, string Errors)> Of(params string[] args)
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
}
