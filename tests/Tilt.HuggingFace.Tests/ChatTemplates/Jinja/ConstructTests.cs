using System.Text.Json;
using Tilt.HuggingFace.ChatTemplates.Jinja;

namespace Tilt.HuggingFace.Tests.ChatTemplates.Jinja;

/// <summary>Constructs, white space and random expressions as Jinja renders them (bench/peers/jinja_cases.py).</summary>
public sealed class ConstructTests
{
    private const string Variables = """{"x": {"a": {"b": 1}, "b": "q"}, "s": " Ab c ", "n": 7, "m": [{"a": 1}, {"a": "z"}], "v": "ctx"}""";

    [Fact]
    public void Templates_are_rendered_as_Jinja_renders_them_and_fail_where_it_fails()
    {
        int seen = 0;
        foreach (string line in File.ReadLines(GoldenModel.FolderOf(Path.Combine("chat", "constructs.jsonl"))))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            string source = root.GetProperty("source").GetString()!;
            if (root.TryGetProperty("rendered", out JsonElement rendered))
            {
                (string text, IReadOnlyList<Range> ranges) =
                    JinjaTemplate.Parse(source, "'test'").Render(Rendered.Variables(Variables), Rendered.Now);
                Assert.True(rendered.GetString() == text, $"{source}\nexpected {rendered.GetString()}\nis       {text}");
                Assert.Equal(root.GetProperty("assistant_spans").GetRawText().Replace(" ", "", StringComparison.Ordinal),
                    JsonSerializer.Serialize(new Tilt.HuggingFace.ChatTemplates.RenderedChat(text, ranges).AssistantSpans.Select(
                        span => new[] { span.Start, span.End })));
            }
            else Rendered.ErrorOf(source, Variables);
            seen++;
        }
        Assert.Equal(2021, seen);
    }
}
