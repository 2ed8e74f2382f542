namespace Tilt.Architecture.Tests;

/// <summary>
/// Lines of C# have at most 140 columns, counted in UTF-16 units. A line that lies in a raw string literal or holds one, or a verbatim
/// string, is free, because its break would be part of the value.
/// </summary>
public sealed class ColumnTests
{
    private const int Most = 140;

    [Fact]
    public void No_line_is_longer_than_140_columns()
    {
        string[] problems = [.. Repository.Sources().SelectMany(file =>
            TooLong(File.ReadAllLines(file.Path)).Select(line => $"{file.Name}:{line.Number}: {line.Columns} columns"))];
        Assert.True(problems.Length == 0, string.Join('\n', problems));
    }

    [Theory]
    [InlineData("long", true)]
    [InlineData("var text = \"\"\"|long|\"\"\"; // long", false)]
    [InlineData("var text = \"\"\"|long|\"\"\";|long", true)]
    [InlineData("Call(\"\"\"long\"\"\");", false)]
    [InlineData("Call(\"\"\"long\"\"\");|long", true)]
    [InlineData("var pattern = @\"long\";", false)]
    public void Strings_that_cannot_be_broken_are_free(string lines, bool lastIsTooLong)
    {
        string[] text = lines.Replace("long", new string('x', Most + 1), StringComparison.Ordinal).Split('|');
        Assert.Equal(lastIsTooLong ? [text.Length] : [], TooLong(text).Select(found => found.Number));
    }

    private static IEnumerable<(int Number, int Columns)> TooLong(string[] lines)
    {
        bool raw = false;
        for (int i = 0; i < lines.Length; i++)
        {
            int marks = lines[i].Split("\"\"\"").Length - 1;
            if (lines[i].Length > Most && !raw && marks == 0 && !lines[i].Contains("@\"", StringComparison.Ordinal))
                yield return (i + 1, lines[i].Length);
            if (marks % 2 == 1) raw = !raw;
        }
    }
}
