using System.CommandLine;

namespace Tilt.Cli.Options;

/// <summary>The command line that was given, as results record it: a shell reads the same arguments from it again.</summary>
internal static class CommandText
{
    private const string Plain = "-_./:=,+@%";

    public static string Of(ParseResult parsed) => string.Join(' ', ["tilt", .. parsed.Tokens.Select(token => Quoted(token.Value))]);

    private static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
