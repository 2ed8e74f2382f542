using System.Text.Json;
using System.Text.Json.Nodes;
using Tilt.Files;

namespace Tilt.Core.Tests.Files;

public sealed class JsonFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"a": 1, "a": 2}""", "is not valid JSON")]
    [InlineData("{\n\"a\": }", "is not valid JSON (line 2, byte ")]
    [InlineData("""{"a": "\ud800"}""", "not valid Unicode")]
    [InlineData("""{"a": ["\uDC00"]}""", "not valid Unicode")]
    [InlineData("""{"\ud800": 1}""", "not valid Unicode")]
    [InlineData("[]", "an object is needed")]
    [InlineData("", "is not valid JSON")]
    public void What_is_no_object_in_unicode_is_refused_by_name(string content, string told)
    {
        string file = _folder.Path("a.json");
        File.WriteAllText(file, content);
        string message = Assert.Throws<InputException>(() => JsonFile.ReadObject(file)).Message;
        Assert.Contains(file, message, StringComparison.Ordinal);
        Assert.Contains(told, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_utf8_is_told_with_its_line()
    {
        string file = _folder.Path("a.json");
        File.WriteAllBytes(file, [.. "{\n\"a\": \""u8, 0xFF, .. "\"}"u8]);
        Assert.Contains("not valid UTF-8 (line 2)", Assert.Throws<InputException>(() => JsonFile.Read(file)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_and_whole_surrogate_pairs_are_read()
    {
        string file = _folder.Path("a.json");
        File.WriteAllText(file, "\uFEFF{\"b\": \"\\ud83d\\ude00\", \"a\": null}");
        using JsonDocument document = JsonFile.ReadObject(file);
        Assert.Equal("😀", JsonFile.Text(document.RootElement, "b", file));
        JsonFile.Write(file, JsonObject.Create(document.RootElement)!);
        Assert.StartsWith("{\n  \"a\": null,\n  \"b\":", File.ReadAllText(file), StringComparison.Ordinal);
    }
}
