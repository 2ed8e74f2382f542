namespace Tilt.Architecture.Tests;

/// <summary>The sources that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The C# files of product, tests, benchmarks and examples, with their names from the root.</summary>
    public static IReadOnlyList<(string Path, string Name)> Sources()
    {
        string root = Root(AppContext.BaseDirectory);
        (string Path, string Name)[] files =
        [
            .. ((string[])["src", "tests", "bench", "examples"])
                .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories))
                .Select(file => (file, Path.GetRelativePath(root, file).Replace('\\', '/')))
                .Where(file => !file.Item2.Split('/').Any(part => part is "bin" or "obj"))
                .OrderBy(file => file.Item2, StringComparer.Ordinal),
        ];
        Assert.True(files.Length > 500, $"Only {files.Length} files were found below {root}.");
        return files;
    }

    private static string Root(string folder) =>
        File.Exists(Path.Combine(folder, "Tilt.slnx"))
            ? folder
            : Root(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside the repository."));
}
