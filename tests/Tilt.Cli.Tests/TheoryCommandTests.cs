using System.Text.Json;

namespace Tilt.Cli.Tests;

/// <summary><c>tilt theory</c> as a user types it.</summary>
[Collection("console")]
public sealed class TheoryCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tilt-theory-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_page_and_numbers_are_written_and_the_finding_is_printed()
    {
        string page = Path.Combine(_folder, "deep", "theory.html"), json = Path.Combine(_folder, "theory.json");
        var (code, output, errors) =
            await CommandLine.RunAsync("theory", "--horizon", "4", "--steps", "2", "--give-up", "0.2", "--out", page, "--json", json);
        Assert.True(code == 0, errors);
        Assert.Contains("The most likely response of this problem has 1 token and is wrong", output, StringComparison.Ordinal);
        Assert.Contains("| tempered-2 |", output, StringComparison.Ordinal);
        Assert.StartsWith("<!DOCTYPE html>", await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        using JsonDocument numbers = JsonDocument.Parse(await File.ReadAllTextAsync(json, TestContext.Current.CancellationToken));
        Assert.Equal(0.2, numbers.RootElement.GetProperty("configuration").GetProperty("give_up").GetDouble());
        Assert.Contains("enumerating", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_read_and_options_and_settings_are_laid_over_it()
    {
        string file = Path.Combine(_folder, "problem.yaml"), json = Path.Combine(_folder, "theory.json");
        await File.WriteAllTextAsync(file, "table: random\nhorizon: 4\nsteps: 2\nseed: 3\n", TestContext.Current.CancellationToken);
        var (code, _, errors) = await CommandLine.RunAsync("theory", "--config", file, "--seed", "5", "--fixed-length", "vocabulary=4",
            "--out", Path.Combine(_folder, "t.html"), "--json", json);
        Assert.True(code == 0, errors);
        using JsonDocument numbers = JsonDocument.Parse(await File.ReadAllTextAsync(json, TestContext.Current.CancellationToken));
        JsonElement configuration = numbers.RootElement.GetProperty("configuration");
        Assert.Equal((5, 4, true, "random"),
            (configuration.GetProperty("seed").GetInt32(), configuration.GetProperty("vocabulary").GetInt32(),
                configuration.GetProperty("fixed_length").GetBoolean(), configuration.GetProperty("table").GetString()!));
    }

    [Theory]
    [InlineData("horizon", "--horizon", "30")]
    [InlineData("steps", "--steps", "6")]
    [InlineData("give_up", "--give-up", "1.5")]
    [InlineData("vocabulary", "--vocabulary", "many")]
    [InlineData("horizon", "horizn=4")]
    [InlineData("none.yaml", "--config", "none.yaml")]
    [InlineData("--estimators", "--estimators", "--seed", "2")]
    public async Task What_is_wrong_is_named_and_no_page_is_written(string named, params string[] arguments)
    {
        string page = Path.Combine(_folder, "theory.html");
        var (code, _, errors) = await CommandLine.RunAsync(["theory", "--out", page, .. arguments]);
        Assert.Equal(2, code);
        Assert.Contains(named, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(page));
    }

    [Fact]
    public async Task A_page_that_cannot_be_written_is_bad_input()
    {
        string file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        var (code, _, errors) =
            await CommandLine.RunAsync("theory", "--horizon", "3", "--steps", "2", "--out", Path.Combine(file, "theory.html"));
        Assert.Equal(2, code);
        Assert.Contains("Cannot write", errors, StringComparison.Ordinal);
        foreach (string nameless in (string[])["/", "", _folder])
        {
            (code, _, errors) = await CommandLine.RunAsync("theory", "--horizon", "3", "--steps", "2", "--out", nameless);
            Assert.Equal(2, code);
            Assert.Contains("names no file", errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_tables_of_estimators_are_those_of_the_documentation()
    {
        string json = Path.Combine(_folder, "estimators.json");
        var (code, output, errors) = await CommandLine.RunAsync("theory", "--estimators", "--json", json);
        Assert.True(code == 0, errors);
        string document = await File.ReadAllTextAsync(CommandLine.Documentation("theory.md"), TestContext.Current.CancellationToken);
        foreach (string row in output.Split('\n').Where(line => line.StartsWith('|')))
            Assert.Contains(row, document, StringComparison.Ordinal);
        using JsonDocument numbers = JsonDocument.Parse(await File.ReadAllTextAsync(json, TestContext.Current.CancellationToken));
        Assert.Equal(16, numbers.RootElement.GetProperty("gradients").GetArrayLength());
    }

    [Fact]
    public async Task The_table_of_optima_is_that_of_the_documentation()
    {
        var (code, output, errors) = await CommandLine.RunAsync("theory", "--out", Path.Combine(_folder, "theory.html"));
        Assert.True(code == 0, errors);
        string document = await File.ReadAllTextAsync(CommandLine.Documentation("theory.md"), TestContext.Current.CancellationToken);
        foreach (string row in output.Split('\n').Where(line => line.StartsWith('|')))
            Assert.Contains(row, document, StringComparison.Ordinal);
    }
}
