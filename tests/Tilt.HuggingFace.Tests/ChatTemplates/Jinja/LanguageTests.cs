namespace Tilt.HuggingFace.Tests.ChatTemplates.Jinja;

public sealed class LanguageTests
{
    [Theory]
    [InlineData("{{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 1 / 2 }} {{ 2 ** 10 }} {{ 'ab' * 2 }}", "3 -4 2 0.5 1024 abab")]
    [InlineData("{{ 'a' ~ 1 ~ none }} {{ 'a' + 'b' }} {{ [1] + [2] }}", "a1None ab [1, 2]")]
    [InlineData("{{ 1 < 2 < 3 }} {{ 'b' in 'abc' }} {{ 1 not in [2] }} {{ 1 == 1.0 }}", "True True True True")]
    [InlineData("{{ '' or 'x' }} {{ 0 and 1 }} {{ not [] }} {{ 'a' if 0 else 'b' }}", "x 0 True b")]
    [InlineData("{{ [1, 2, 3][::-1] }} {{ 'abc'[1:] }} {{ 'abc'[-1] }} {{ {'a': {'b': 5}}.a['b'] }}", "[3, 2, 1] bc c 5")]
    public void Expressions_are_Pythons(string template, string expected) => Assert.Equal(expected, Rendered.Of(template));

    [Theory]
    [InlineData("{{ [1, 2.0, true, none, 'it\\'s', (1,), {'a': 'é'}] }}", "[1, 2.0, True, None, \"it's\", (1,), {'a': 'é'}]")]
    [InlineData("{{ 1e16 }} {{ 1.5e-7 }} {{ 0.1 }} {{ 100.0 }}", "1e+16 1.5e-07 0.1 100.0")]
    public void Values_are_written_as_Python_prints_them(string template, string expected) => Assert.Equal(expected, Rendered.Of(template));

    [Fact]
    public void Characters_are_counted_whole()
    {
        Assert.Equal("3 🙂 b🙂a [🙂]",
            Rendered.Of("{{ t|length }} {{ t[1] }} {{ t[::-1] }} {% for c in t[1:2] %}[{{ c }}]{% endfor %}", """{"t": "a🙂b"}"""));
    }

    [Fact]
    public void Loops_know_where_they_are_and_can_be_left()
    {
        Assert.Equal("1/3 first;2/3 ;3/3 last;",
            Rendered.Of("{% for i in 'abc' %}{{ loop.index }}/{{ loop.length }} {{ 'first' if loop.first }}{{ 'last' if loop.last }};{% "
                + "endfor %}"));
        Assert.Equal("0.2.",
            Rendered.Of("{% for i in range(9) %}{% if i == 1 %}{% continue %}{% elif i == 3 %}{% break %}{% endif %}{{ i }}.{% endfor %}"));
        Assert.Equal("-a-b a-b- ", Rendered.Of("{% for i in ['a', 'b'] %}{{ loop.previtem }}-{{ i }}-{{ loop.nextitem }} {% endfor %}"));
        Assert.Equal("2 4 none",
            Rendered.Of("{% for i in range(5) if i is even and i %}{{ i }} {% endfor %}{% for i in [] %}x{% else %}none{% endfor %}"));
        Assert.Equal("a=1,b=2,", Rendered.Of("{% for k, v in {'a': 1, 'b': 2}|items %}{{ k }}={{ v }},{% endfor %}"));
    }

    [Fact]
    public void What_a_loop_sets_is_forgotten_except_in_a_namespace()
    {
        Assert.Equal("1", Rendered.Of("{% set x = 1 %}{% for i in [1, 2] %}{% set x = x + 1 %}{% endfor %}{{ x }}"));
        Assert.Equal("3", Rendered.Of("{% set ns = namespace(x=1) %}{% for i in [1, 2] %}{% set ns.x = ns.x + 1 %}{% endfor %}{{ ns.x }}"));
        Assert.Equal("2", Rendered.Of("{% if true %}{% set x = 2 %}{% endif %}{{ x }}"));
    }

    [Fact]
    public void A_name_that_is_set_only_sometimes_keeps_what_the_template_was_given()
    {
        Assert.Equal("given", Rendered.Of("{% if false %}{% set v = 1 %}{% endif %}{{ v }}", """{"v": "given"}"""));
        Assert.Equal("given own given",
            Rendered.Of("{% for i in [0, 1, 0] %}{% if i %}{% set v = 'own' %}{% endif %}{{ v }} {% endfor %}", """{"v": "given"}""")
                .TrimEnd());
    }

    [Fact]
    public void Macros_have_standard_values_names_and_the_rest()
    {
        Assert.Equal("[1-2][3-4][5-2]",
            Rendered.Of("{% macro m(a, b=2) %}[{{ a }}-{{ b }}]{% endmacro %}{{ m(1) }}{{ m(b=4, a=3) }}{{ m(5) }}"));
        Assert.Equal("(2,){'c': 3}", Rendered.Of("{% macro m(a) %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, c=3) }}"));
        Assert.Equal("3210", Rendered.Of("{% macro f(n) %}{{ n }}{% if n > 0 %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}"));
        Assert.Contains("the macro 'm' has no argument 'b'", Rendered.ErrorOf("{% macro m(a) %}{% endmacro %}{{ m(b=1) }}"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_can_be_set_and_filtered()
    {
        Assert.Equal("<AB>", Rendered.Of("{% set x | upper | trim %} a{{ 'b' }} {% endset %}<{{ x }}>"));
    }

    [Fact]
    public void White_space_goes_as_Transformers_sets_Jinja_up()
    {
        Assert.Equal("a\nb\n", Rendered.Of("  {% if true %}\na\n  {# comment #}\nb\n{% endif %}\n"));
        Assert.Equal("ab", Rendered.Of("a  \n {%- if true -%} \n b {%- endif %}"));
        Assert.Equal("  x\n", Rendered.Of("  {%+ if true %}x{% endif +%}\n\n"));
        Assert.Equal("1\n2", Rendered.Of("{{ 1 }}\r\n{{ 2 }}\r\n"));
    }

    [Fact]
    public void What_is_undefined_renders_as_nothing_and_fails_where_more_is_asked()
    {
        Assert.Equal("[] 0 d False", Rendered.Of("[{{ u }}] {{ u|length }} {{ u|default('d') }} {{ u is defined }}"));
        Assert.Equal("The chat template 'test' fails in line 2: 'u' is not defined.", Rendered.ErrorOf("x\n{{ u.name }}"));
        Assert.Contains("a mapping has no key or attribute 'content'", Rendered.ErrorOf("{{ m.content + 'x' }}", """{"m": {}}"""),
            StringComparison.Ordinal);
    }

    [Fact]
    public void JSON_is_written_as_Transformers_writes_it()
    {
        const string Value = """{"v": {"é": ["<a> & 'b'", 1, 2.5, null, true, {}], "n": 12345678901234567890}}""";
        Assert.Equal("""{"é": ["<a> & 'b'", 1, 2.5, null, true, {}], "n": 12345678901234567890}""", Rendered.Of("{{ v | tojson }}", Value));
        Assert.Equal("{\n  \"a\": [\n    1\n  ],\n  \"b\": []\n}", Rendered.Of("{{ {'a': [1], 'b': []} | tojson(indent=2) }}"));
    }

    [Fact]
    public void Days_are_told_by_a_pinned_clock() =>
        Assert.Equal("26 Jul 2024|July 26, 2024|Friday 09:05|5", Rendered.Of("{{ strftime_now('%d %b %Y|%B %-d, %Y|%A %H:%M|%-M') }}"));

    [Fact]
    public void A_template_can_refuse_a_conversation() =>
        Assert.Equal("The chat template 'test' refuses the conversation: Roles must alternate!",
            Rendered.ErrorOf("{{ raise_exception('Roles must alternate!') }}"));

    [Fact]
    public void Methods_that_would_change_a_value_are_forbidden_as_in_the_sandbox()
    {
        Assert.Contains("'append' would change a list", Rendered.ErrorOf("{{ [].append(1) }}"), StringComparison.Ordinal);
        Assert.Contains("'update' would change a mapping", Rendered.ErrorOf("{{ {}.update({}) }}"), StringComparison.Ordinal);
        Assert.Contains("'__class__'", Rendered.ErrorOf("{{ ''.__class__.__mro__ }}"), StringComparison.Ordinal);
    }
}
