using System.Text.RegularExpressions;
using Tilt.Inference.Methods;
using Tilt.Studies.Comparison;

namespace Tilt.Cli.Tests;

/// <summary>Names of methods that the product prints are names that it reads.</summary>
[Collection("console")]
public sealed partial class MethodNamesTests
{
    [Theory]
    [InlineData("../README.md", 12)]
    [InlineData("samplers.md", 15)]
    [InlineData("claims.md", 2)]
    [InlineData("results.md", 1)]
    [InlineData("embedded-task.md", 8)]
    public void Names_in_tables_and_code_of_the_documentation_are_read(string page, int least)
    {
        string text = File.ReadAllText(CommandLine.Documentation(page));
        IEnumerable<string> cells = Cell().Matches(text).Concat(Code().Matches(text)).Concat(Option().Matches(text))
            .SelectMany(match => match.Groups[1].Value.Split(','));
        string[] names = [.. cells.Select(cell => cell.Trim()).Where(cell => Name().IsMatch(cell)).Distinct()];
        Assert.True(names.Length >= least, $"{page}: {names.Length}");
        Assert.All(names, name => Assert.NotNull(InferenceMethods.Find(name)));
    }

    [Fact]
    public async Task Names_in_help_are_read()
    {
        foreach (string command in (string[])["generate", "compare"])
        {
            string help = Regex.Replace((await CommandLine.RunAsync(command, "--help")).Output, @"\s+", " ");
            string[] names = [.. help.Split(' ').SelectMany(word => word.Split(',')).Select(word => word.TrimEnd('.', ';', ':', ')'))
                .Where(word => Name().IsMatch(word)).Distinct()];
            Assert.NotEmpty(names);
            Assert.All(names, name => Assert.Equal(name, InferenceMethods.Parse(name).Name));
        }
    }

    [Fact]
    public void The_documented_rows_are_those_of_the_comparison()
    {
        string text = File.ReadAllText(CommandLine.Documentation("../README.md"));
        string[] rows = [.. Cell().Matches(text).Select(match => match.Groups["cell"].Value.Trim())];
        Assert.All(ComparisonPlan.Full(42), row => Assert.Contains(row.Name, rows));
    }

    /// <summary>What begins like a method with its first number, or greedy; forms have capitals.</summary>
    [GeneratedRegex(@"^(?:greedy|(?:temperature|beam|power|best-of|majority|smc)-[0-9][a-z0-9.-]*)\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^\| (?<cell>[^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Cell();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"--methods? ([a-z0-9.,-]+)")]
    private static partial Regex Option();
}
