using System.Text.Json;
using Tilt.Files;

namespace Tilt.Core.Tests.Files;

public sealed class NumberedFileTests : IDisposable
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_with_every_digit()
    {
        string file = _folder.Path("clock.json");
        NumberedFile.Write(file, 3, new Clock(0.1 + 0.2), Json);
        Assert.Equal("""{"format":3,"seconds_spent":0.30000000000000004}""", File.ReadAllText(file));
        Assert.Equal(new Clock(0.1 + 0.2), NumberedFile.Read<Clock>(file, 3, Json));
    }

    [Theory]
    [InlineData("""{"seconds_spent": 2}""", null)]
    [InlineData("""{"seconds_spent": 2, "format": 1}""", null)]
    [InlineData("""{"format": 2}""", "format 2")]
    [InlineData("""{"format": "1"}""", "format 0")]
    public void Another_format_is_refused_and_none_is_the_first(string content, string? told)
    {
        string file = _folder.Path("clock.json");
        File.WriteAllText(file, content);
        if (told is null) Assert.Equal(2, NumberedFile.Read<Clock>(file, 1, Json).SecondsSpent);
        else
            Assert.Contains(told, Assert.Throws<InputException>(() => NumberedFile.Read<Clock>(file, 1, Json)).Message,
                StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"seconds_spent": "x"}""")]
    public void Damage_is_an_error_of_json(string content)
    {
        string file = _folder.Path("clock.json");
        File.WriteAllText(file, content);
        Assert.ThrowsAny<JsonException>(() => NumberedFile.Read<Clock>(file, 1, Json));
    }

    private sealed record Clock(double SecondsSpent);
}
