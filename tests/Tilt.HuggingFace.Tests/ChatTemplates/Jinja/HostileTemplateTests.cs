using System.Diagnostics;

namespace Tilt.HuggingFace.Tests.ChatTemplates.Jinja;

/// <summary>Templates that mean harm, or go wrong, end with an error: no hang, no lack of memory, no overflow of the stack.</summary>
public sealed class HostileTemplateTests
{
    [Theory]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "steps")]
    [InlineData("{% for a in range(99999) %}{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' }}{% endfor %}", "characters")]
    [InlineData("{% set ns = namespace(x='a') %}{% for a in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}", "characters")]
    [InlineData("{% set ns = namespace(x='a') %}{% for a in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}", "characters")]
    [InlineData("{% set ns = namespace(x=[1]) %}{% for a in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}", "steps")]
    [InlineData("{% set ns = namespace(x=[1]) %}{% for a in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}", "")]
    [InlineData("{% set ns = namespace(x=[1], y=[1]) %}{% for a in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] "
        + "%}{% endfor %}{{ ns.x == ns.y }}", "steps")]
    [InlineData("{% set ns = namespace(x=[1]) %}{% for a in range(999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}", "nested")]
    [InlineData("{% set ns = namespace(x=[1]) %}{% for a in range(999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x | tojson }}", "nested")]
    [InlineData("{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}", "nested")]
    [InlineData("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "too deep")]
    [InlineData("{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}", "too deep")]
    [InlineData("{% macro m(n=m()) %}{% endmacro %}{{ m() }}", "too deep")]
    [InlineData("{{ 'ab' * 999999999999 }}", "characters")]
    [InlineData("{{ [1] * 999999999999 }}", "steps")]
    [InlineData("{{ 'a'.ljust(999999999999) }}", "characters")]
    [InlineData("{{ 'a'.zfill(999999999999) }}", "characters")]
    [InlineData("{{ range(999999999999) }}", "100000")]
    [InlineData("{{ range(-9223372036854775807, 9223372036854775807, 1) }}", "100000")]
    [InlineData("{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'|list|join('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' * 1000) }}", "characters")]
    [InlineData("{{ ('a' * 1000).replace('a', 'b' * 1000) }}", "characters")]
    [InlineData("{{ ('a' * 1000).replace('', 'b' * 1000) }}", "characters")]
    [InlineData("{{ ('a\\n' * 1000)|indent(1000) }}", "characters")]
    [InlineData("{{ [[[[[[[[1]]]]]]]]|tojson(indent='a' * 90000) }}", "characters")]
    [InlineData("{{ 2 ** 99999 }}", "64 bits")]
    [InlineData("{{ -9223372036854775807 - 2 }}", "64 bits")]
    public void While_they_are_rendered(string template, string told)
    {
        long start = Stopwatch.GetTimestamp();
        string message = Assert.Throws<InputException>(() => Rendered.Bounded(template)).Message;
        Assert.Contains(told, message, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 10);
    }

    [Theory]
    [InlineData("{{ ", "(", "1", ")", " }}")]
    [InlineData("{{ ", "[", "", "]", " }}")]
    [InlineData("{{ ", "{1:", "1", "}", " }}")]
    [InlineData("{{ ", "a[", "1", "]", " }}")]
    [InlineData("{{ ", "f(", "", ")", " }}")]
    [InlineData("{{ ", "not ", "1", "", " }}")]
    [InlineData("{{ ", "-", "1", "", " }}")]
    [InlineData("{{ ", "1 if 1 else ", "1", "", " }}")]
    [InlineData("{% set ", "(", "a", ")", " = 1 %}")]
    [InlineData("", "{% if 1 %}", "", "{% endif %}", "")]
    [InlineData("", "{% for a in b %}", "", "{% endfor %}", "")]
    [InlineData("", "{% set a %}", "", "{% endset %}", "")]
    [InlineData("", "{% macro m() %}", "", "{% endmacro %}", "")]
    [InlineData("", "{% generation %}", "", "{% endgeneration %}", "")]
    public void While_they_are_read(string before, string open, string inner, string close, string after)
    {
        string template =
            before + string.Concat(Enumerable.Repeat(open, 100_000)) + inner + string.Concat(Enumerable.Repeat(close, 100_000)) + after;
        Assert.Matches("nested more than|more than [0-9]+ operators", Rendered.ErrorOf(template));
    }

    [Theory]
    [InlineData("{{ 1", " + 1", " }}")]
    [InlineData("{{ a", ".b", " is defined }}")]
    [InlineData("{{ a", "|trim", " }}")]
    [InlineData("{{ 1", " ~ 1", " }}")]
    [InlineData("{{ 1", " and 1", " }}")]
    [InlineData("{{ 1", " == 1", " }}")]
    [InlineData("{{ f", "()", " }}")]
    [InlineData("{% if 0 %}", "{% elif 0 %}", "{% endif %}")]
    public void Long_chains_are_read_and_rendered_or_refused(string before, string repeated, string after)
    {
        string template = before + string.Concat(Enumerable.Repeat(repeated, 100_000)) + after;
        try
        {
            Rendered.Of(template);
        }
        catch (InputException e)
        {
            Assert.StartsWith("The chat template 'test' ", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_conversation_of_many_messages_and_one_of_millions_of_characters_are_no_attack()
    {
        var chat = Tilt.HuggingFace.ChatTemplates.ChatTemplate.Parse(
            File.ReadAllText(GoldenModel.FolderOf(Path.Combine("chat", "templates", "qwen3.jinja"))), "qwen3");
        var many = Enumerable.Range(0, 5_000)
            .Select(i => new Tilt.HuggingFace.ChatTemplates.ChatMessage(i % 2 == 0 ? "user" : "assistant", "Hi")).ToArray();
        Assert.True(chat.Render(many, new()).Length > 5_000 * 20);
        Tilt.HuggingFace.ChatTemplates.ChatMessage[] large =
            [new("user", new string('a', 5_000_000)), new("assistant", "<think>\n" + new string('b', 5_000_000) + "\n</think>\n\nc")];
        Assert.True(chat.Render(large, new()).Length > 10_000_000);
    }
}
