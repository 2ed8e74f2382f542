using System.Text.Json;
using Tilt.HuggingFace.ChatTemplates;
using Tilt.HuggingFace.ChatTemplates.Jinja;
using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.Tests.ChatTemplates.Jinja;

/// <summary>Renders templates of tests.</summary>
internal static class Rendered
{
    public static readonly DateTime Now = new(2024, 7, 26, 9, 5, 3);

    public static string Of(string template, string variables = "{}") =>
        JinjaTemplate.Parse(template, "'test'").Render(Variables(variables), Now).Text;

    /// <summary>With little work allowed, for templates that go on for ever.</summary>
    public static string Bounded(string template, string variables = "{}") =>
        JinjaTemplate.Parse(template, "'test'").Render(Variables(variables), Now, new Limits(200_000, 100_000)).Text;

    public static string ErrorOf(string template, string variables = "{}") =>
        Assert.Throws<InputException>(() => Of(template, variables)).Message;

    public static DictValue Variables(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return (DictValue)JsonValues.Of(document.RootElement)!;
    }
}
