using System.Text;
using CsCheck;
using Tilt.Files;

namespace Tilt.Core.Tests.Files;

public sealed class JsonLinesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lines_have_their_numbers_and_empty_ones_none()
    {
        string file = Write("\uFEFF{\"a\": 1}\r\n\n  \t\r\n{\"a\": 2}\n{\"a\": 3}");
        Assert.Equal([(1, 1), (4, 2), (5, 3)], JsonLines.Read(file).Select(line => (line.Number, line.Root.GetProperty("a").GetInt32())));
        Assert.Empty(JsonLines.Read(Write("")));
        Assert.Empty(JsonLines.Read(Write("\uFEFF\n")));
    }

    [Theory]
    [InlineData("""{"a": 1, "a": 2}""", "line 2: the line is not valid JSON")]
    [InlineData("""{"a": {"b": 1, "b": 2}}""", "line 2: the line is not valid JSON")]
    [InlineData("""{"\ud800": 1}""", "line 2: a key holds half of a surrogate pair")]
    [InlineData("[1]", "line 2: a JSON object is needed, not [1]")]
    [InlineData("nonsense", "line 2: the line is not valid JSON (byte 2)")]
    [InlineData("{} {}", "line 2: the line is not valid JSON")]
    public void A_wrong_line_is_named(string line, string told)
    {
        string file = Write("{}\n" + line + "\n{}\n");
        string message = Assert.Throws<InputException>(() => JsonLines.Read(file).Count()).Message;
        Assert.Contains($"'{file}', ", message, StringComparison.Ordinal);
        Assert.Contains(told, message, StringComparison.Ordinal);
        Assert.Equal([true, false, true], JsonLines.Attempt(file).Select(attempt => attempt.Line is not null));
    }

    [Fact]
    public void Broken_utf8_is_an_error_and_never_a_replacement_character()
    {
        string file = _folder.Path("broken.jsonl");
        File.WriteAllBytes(file, [.. "{\"a\": \"x\"}\n{\"a\": \""u8, 0xC3, 0x28, .. "\"}\n"u8]);
        Assert.Contains("line 2: byte 8 of the line is no valid UTF-8",
            Assert.Throws<InputException>(() => JsonLines.Read(file).Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_last_line_that_is_cut_off_is_told_as_such()
    {
        Assert.Contains("line 2: the file ends in the middle of this line",
            Assert.Throws<InputException>(() => JsonLines.Read(Write("{\"a\": 1}\n{\"a\": ")).Count()).Message, StringComparison.Ordinal);
        Assert.Contains("line 1: the line is not valid JSON",
            Assert.Throws<InputException>(() => JsonLines.Read(Write("{\"a\": \n{}\n")).Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_is_too_long_is_refused_before_it_fills_the_memory()
    {
        string file = Write("{}\n{\"a\": \"" + new string('x', 200_000) + "\"}\n");
        Assert.Equal(2, JsonLines.Read(file).Count());
        Assert.Contains("line 2: the line has more than 100000 bytes",
            Assert.Throws<InputException>(() => JsonLines.Read(file, longest: 100_000).Count()).Message, StringComparison.Ordinal);
        if (File.Exists("/dev/zero"))
            Assert.Contains("line 1: the line has more than",
                Assert.Throws<InputException>(() => JsonLines.Read("/dev/zero", longest: 1 << 20).Count()).Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_are_whole_wherever_the_portions_read_end() =>
        Gen.Int[0, 70_000].Array[1, 12].Sample(lengths =>
        {
            string file = _folder.Path($"{Guid.NewGuid():N}.jsonl");
            File.WriteAllText(file, string.Join('\n', lengths.Select(length => $"{{\"a\": \"{new string('é', length)}\"}}")),
                new UTF8Encoding(false));
            Assert.Equal(lengths, JsonLines.Read(file).Select(line => line.Text("a").Length));
            File.Delete(file);
        }, iter: 20);

    [Fact]
    public void A_missing_file_is_told() =>
        Assert.Contains("nowhere.jsonl", Assert.Throws<InputException>(() => JsonLines.Read(_folder.Path("nowhere.jsonl")).Count()).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Values_of_other_kinds_are_named_with_their_key()
    {
        JsonLine line = Assert.Single(JsonLines.Read(Write("""{"t": "x", "n": 7, "f": true, "l": [1, -1], "s": "\ud800", "z": null}""")));
        Assert.Equal(("x", "7", "x", null, true, false),
            (line.Text("t"), line.TextOrNumber("n"), line.TextOrNumber("t"), line.TextOrNumber("z"), line.Flag("f"), line.Flag("absent")));
        foreach ((Action get, string key) in ((Action, string)[])[(() => line.Text("n"), "n"), (() => line.Text("absent"), "absent"),
            (() => line.Flag("t"), "t"), (() => line.Ids("l"), "-1"), (() => line.Ids("absent"), "absent"),
            (() => line.Text("s"), "surrogate"), (() => line.TextOrNumber("l"), "l")])
        {
            string message = Assert.Throws<InputException>(get).Message;
            Assert.Contains("line 1: ", message, StringComparison.Ordinal);
            Assert.Contains(key, message, StringComparison.Ordinal);
        }
    }

    private string Write(string content)
    {
        string file = _folder.Path("lines.jsonl");
        File.WriteAllText(file, content, new UTF8Encoding(false));
        return file;
    }
}
