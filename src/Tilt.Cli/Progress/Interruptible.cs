namespace Tilt.Cli.Progress;

/// <summary>Commands that write one file at their end: interrupted, they leave nothing behind.</summary>
internal static class Interruptible
{
    /// <summary>Runs a command and says so when it is interrupted.</summary>
    /// <param name="target">The file that the command writes.</param>
    /// <param name="run">The command.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string target, Action run)
    {
        try
        {
            run();
            return ExitCode.Done;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"Interrupted; nothing was written to '{target}'.");
            return ExitCode.Interrupted;
        }
    }
}
