using System.Text.RegularExpressions;

namespace Tilt.Architecture.Tests;

/// <summary>
/// Imports stand in the order that the formatter gives them: namespaces, then static classes, System first in each, by name without case.
/// White space and every other rule of style is part of the build.
/// </summary>
public sealed partial class ImportTests
{
    [Fact]
    public void Imports_are_in_order()
    {
        string[] problems = [.. Repository.Sources().Where(file => !AreInOrder(File.ReadLines(file.Path))).Select(file => file.Name)];
        Assert.True(problems.Length == 0, $"'dotnet format' sorts the imports of {string.Join(", ", problems)}.");
    }

    [Fact]
    public void Files_are_UTF8_without_a_mark_and_end_with_one_line_feed()
    {
        string[] problems = [.. Repository.Sources().Where(file => !IsPlain(File.ReadAllBytes(file.Path))).Select(file => file.Name)];
        Assert.True(problems.Length == 0, $"'dotnet format' mends the encoding or line ends of {string.Join(", ", problems)}.");
    }

    [Theory]
    [InlineData("using System.Text;|using Tilt.Files;|using static System.Math;", true)]
    [InlineData("using Tilt.Files;|using System.Text;", false)]
    [InlineData("using static System.Math;|using Tilt.Files;", false)]
    [InlineData("using nietras.SeparatedValues;|using Parquet;", true)]
    public void Order_is_that_of_the_formatter(string lines, bool expected) => Assert.Equal(expected, AreInOrder(lines.Split('|')));

    private static bool AreInOrder(IEnumerable<string> lines)
    {
        (bool IsStatic, bool IsOther, string Name)[] imports =
        [
            .. lines.TakeWhile(line => !line.StartsWith("namespace ", StringComparison.Ordinal)).Select(line => Import().Match(line))
                .Where(match => match.Success).Select(match => (match.Groups["static"].Success,
                    match.Groups["name"].Value is not "System" and var name && !name.StartsWith("System.", StringComparison.Ordinal),
                    match.Groups["name"].Value)),
        ];
        return imports.SequenceEqual(
            imports.OrderBy(i => i.IsStatic).ThenBy(i => i.IsOther).ThenBy(i => i.Name, StringComparer.OrdinalIgnoreCase));
    }

    private static bool IsPlain(byte[] bytes) =>
        bytes is not [0xEF, ..] && !bytes.Contains((byte)'\r') && bytes is [.., not (byte)'\n', (byte)'\n'];

    [GeneratedRegex(@"^using (?<static>static )?(?<name>[\w.]+);", RegexOptions.ExplicitCapture)]
    private static partial Regex Import();
}
