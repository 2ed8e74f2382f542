namespace Tilt.HuggingFace.Tests.ChatTemplates.Jinja;

/// <summary>What is no chat template, or uses more of Jinja than chat templates do, is told with construct and line.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("{% include 'x' %}", "the tag 'include' is not supported")]
    [InlineData("{% extends 'x' %}", "the tag 'extends' is not supported")]
    [InlineData("{% call m() %}{% endcall %}", "the tag 'call' is not supported")]
    [InlineData("{% raw %}{% endraw %}", "the tag 'raw' is not supported")]
    [InlineData("{% nonsense %}", "the tag 'nonsense' is not known here")]
    [InlineData("{% for a in b recursive %}{% endfor %}", "recursive loops are not supported")]
    [InlineData("{{ a | urlize }}", "the filter 'urlize' is not supported")]
    [InlineData("{{ a is escaped }}", "the test 'escaped' is not supported")]
    [InlineData("{{ f(*a) }}", "arguments are unpacked with '*', which is not supported")]
    [InlineData("{% macro m() %}{{ caller() }}{% endmacro %}", "'caller' is not supported")]
    [InlineData("{% if a %}", "the tag that begins here does not end ('endif' is missing)")]
    [InlineData("{% if a %}{% endfor %}", "the tag 'endfor' is not known here")]
    [InlineData("{{ a b }}", "'b' stands where '}}' is expected")]
    [InlineData("{{ (a }}", "'}' stands where ')' is expected")]
    [InlineData("{{ 'a }}", "a text in quotation marks does not end")]
    [InlineData("{{ a", "a tag does not end ('}}' is missing)")]
    [InlineData("{# a", "a comment does not end ('#}' is missing)")]
    [InlineData("{{ }}", "'}}' stands where a value is expected")]
    [InlineData("{% break %}", "'break' stands outside of a loop")]
    [InlineData("{% set true = 1 %}", "'true' cannot be set")]
    [InlineData("{{ a ; b }}", "the character ';' is not expected here")]
    [InlineData("{{ '\\ud83' }}", "an escape with \\u needs 4 hexadecimal digits")]
    public void Before_anything_is_rendered(string construct, string told)
    {
        string message = Assert.Throws<InputException>(
            () => Tilt.HuggingFace.ChatTemplates.ChatTemplate.Parse("first\nsecond\n" + construct, "test")).Message;
        Assert.StartsWith("The chat template 'test' cannot be used, line 3: ", message, StringComparison.Ordinal);
        Assert.Contains(told, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ 'a' % 1 }}", "a text is formatted with '%', which is not supported")]
    [InlineData("{{ 'a'.format(1) }}", "the method 'format' of texts is not supported")]
    [InlineData("{{ ('a'|safe) + 'b' }}", "marked as safe")]
    [InlineData("{{ [1]|map('nonsense')|list }}", "the filter 'nonsense' is not supported")]
    [InlineData("{{ [1]|select('nonsense')|list }}", "the test 'nonsense' is not supported")]
    [InlineData("{{ 'a'|replace('b') }}", "the filter 'replace' needs the argument 'new'")]
    [InlineData("{{ 'a'|upper(1) }}", "the filter 'upper' takes no arguments, not 1")]
    [InlineData("{{ 'a'|trim(nonsense=1) }}", "the filter 'trim' has no argument 'nonsense'; it has chars")]
    [InlineData("{{ strftime_now('%Q') }}", "the part '%Q' of a date is not supported")]
    [InlineData("{{ 1 / 0 }}", "a number is divided by zero")]
    [InlineData("{{ 9223372036854775807 + 1 }}", "a whole number grows beyond 64 bits")]
    [InlineData("{{ 'a' + 1 }}", "a text and a number cannot be joined with '+'")]
    [InlineData("{{ nonsense() }}", "'nonsense' is not defined")]
    public void While_rendering(string construct, string told)
    {
        string message = Rendered.ErrorOf("first\nsecond\n" + construct);
        Assert.StartsWith("The chat template 'test' fails in line 3: ", message, StringComparison.Ordinal);
        Assert.Contains(told, message, StringComparison.Ordinal);
    }
}
