namespace Tilt.Cli.Progress;

/// <summary>Exit codes of every command.</summary>
internal static class ExitCode
{
    public const int Done = 0, Failed = 1, BadInput = 2, Interrupted = 130;
}
