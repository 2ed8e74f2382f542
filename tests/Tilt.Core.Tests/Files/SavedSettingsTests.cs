using System.Text.Json.Nodes;
using Tilt.Files;

namespace Tilt.Core.Tests.Files;

public sealed class SavedSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string SettingsFile => _folder.Path("settings.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_settings_go_on_in_whatever_order_they_are_written()
    {
        Of("""{"samples": 8, "seed": 1}""").Check("a diagnosis", "--out");
        Of("""{"samples": 8, "seed": 1}""").Write();
        Assert.Contains("\"format\": 1", File.ReadAllText(SettingsFile), StringComparison.Ordinal);
        Of("""{"seed": 1, "samples": 8}""").Check("a diagnosis", "--out");
    }

    [Fact]
    public void Other_settings_are_refused_with_what_differs()
    {
        Of("""{"samples": 8, "seed": 1, "adapter": null}""").Write();
        string message = Assert.Throws<InputException>(
            () => Of("""{"samples": 9, "seed": 1, "precision": "float32"}""").Check("a diagnosis", "--out")).Message;
        Assert.Contains("a diagnosis with other settings (there samples is 8, here 9; there precision is null, here \"float32\")", message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"samples": 8}""", null)]
    [InlineData("""{"format": 1, "samples": 8}""", null)]
    [InlineData("""{"format": 2, "samples": 8}""", "format 2")]
    [InlineData("""{"format": "x", "samples": 8}""", "format 0")]
    [InlineData("""{"samples": 8, "samples": 8}""", "not valid JSON")]
    [InlineData("[1]", "an object is needed")]
    [InlineData("", "not valid JSON")]
    public void Another_format_and_a_damaged_file_are_told(string content, string? told)
    {
        File.WriteAllText(SettingsFile, content);
        if (told is null) Of("""{"samples": 8}""").Check("a diagnosis", "--out");
        else
            Assert.Contains(told, Assert.Throws<InputException>(() => Of("""{"samples": 8}""").Check("a diagnosis", "--out")).Message,
                StringComparison.Ordinal);
    }

    private SavedSettings Of(string settings) => new(SettingsFile, 1, JsonNode.Parse(settings)!.AsObject());
}
