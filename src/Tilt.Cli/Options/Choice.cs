using System.CommandLine.Parsing;

namespace Tilt.Cli.Options;

/// <summary>
/// Reads an option whose values are the members of an enumeration, each by one or more names; anything else is an error that lists the
/// first of them.
/// </summary>
internal static class Choice<T>
    where T : struct, Enum
{
    public static Func<ArgumentResult, T> Parse(Func<T, string[]> names) => result => ParseOptional(names)(result).GetValueOrDefault();

    public static Func<ArgumentResult, T?> ParseOptional(Func<T, string[]> names) => result =>
    {
        string text = result.Tokens[0].Value;
        foreach (T value in Enum.GetValues<T>())
            if (names(value).Contains(text, StringComparer.OrdinalIgnoreCase)) return value;
        result.AddError($"{(result.Parent as OptionResult)?.Option.Name} is '{text}'; there "
            + $"are {string.Join(", ", Enum.GetValues<T>().Select(value => names(value)[0]))}.");
        return null;
    };
}
