using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Tilt.Examples.Tests;

/// <summary>The programs of <c>examples</c>, run as a reader runs them: from the root of the repository, without arguments.</summary>
public sealed class ExampleTests
{
    private static readonly string Root = Path.GetFullPath("../..", Path.GetDirectoryName(ThisFile())!);

    /// <summary>A line of each program's output, or its beginning.</summary>
    public static TheoryData<string, string> Lines => new()
    {
        { "VerifyAnswers", "2+3 for 5: Correct, evaluated: Incorrect" },
        { "ReadCheckpoint", "815,232 parameters" },
        { "SampleWithMethod", "best-of-8-mean-likelihood: " },
        { "TrainOwnTask", "6 steps; " },
        { "PassAtK", "pass@1: 37.5 % (" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task An_example_runs_and_says_what_it_should(string name, string line)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Root
        };
        start.ArgumentList.Add(Assembly(name));
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output + await errors);
        Assert.Contains(output.Split('\n'), told => told.StartsWith(line, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_example_is_run() => Assert.Equal(
        Directory.GetDirectories(Path.Combine(Root, "examples")).Select(Path.GetFileName).Order(StringComparer.Ordinal),
        Lines.Select(row => row.Data.Item1).Order(StringComparer.Ordinal));

    /// <summary>What the build of these tests built; programs with native libraries have a folder for the platform.</summary>
    private static string Assembly(string name)
    {
        string configuration = Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)))!;
        return Directory.EnumerateFiles(Path.Combine(Root, "examples", name, "bin", configuration), name + ".dll",
            SearchOption.AllDirectories).MaxBy(File.GetLastWriteTimeUtc)
            ?? throw new FileNotFoundException($"The example {name} was not built.");
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
