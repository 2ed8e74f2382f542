"""Templates of every construct, of white space and of random expressions, rendered by Jinja as Transformers sets it up: the cases that
tests compare Tilt's interpreter with.

    python3 jinja_cases.py [SEED] > constructs.jsonl
"""

import copy
import datetime
import json
import random
import re
import sys

import jinja2
from jinja2.ext import Extension
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Generation(Extension):
    """Marks what stands between {% generation %} and its end."""

    tags = {"generation"}

    def __init__(self, environment):
        super().__init__(environment)
        environment.extend(written=[], spans=[])

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("mark"), [], [], body).set_lineno(line)

    def mark(self, caller):
        text = caller()
        start = len("".join(self.environment.written))
        self.environment.spans.append([start, start + len(text)])
        return text


def fail(text):
    raise jinja2.TemplateError(text)


def not_constant(*_):
    raise jinja2.nodes.Impossible


# Slices of constants are computed ahead, where that of a number is undefined; those of variables, which templates have, fail.
jinja2.nodes.Slice.as_const = not_constant
environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols])
environment.filters["tojson"] = lambda x, ensure_ascii=False, indent=None, separators=None, sort_keys=False: json.dumps(
    x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
)
environment.globals.update(raise_exception=fail, strftime_now=datetime.datetime(2024, 7, 26, 9, 5, 3).strftime)
VARIABLES = {"x": {"a": {"b": 1}, "b": "q"}, "s": " Ab c ", "n": 7, "m": [{"a": 1}, {"a": "z"}], "v": "ctx"}


def render(source):
    try:
        template = environment.from_string(source)
        environment.written.clear()
        environment.spans.clear()
        for part in template.root_render_func(template.new_context(copy.deepcopy(VARIABLES))):
            environment.written.append(part)
        return {"rendered": "".join(environment.written), "assistant_spans": list(environment.spans)}
    except Exception as error:  # whatever fails there must fail here
        return {"error": f"{type(error).__name__}: {error}"}


CONSTRUCTS = r"""
{{ 'a' ~ 1 ~ 2.0 ~ none ~ true ~ [1,'x'] }}
{{ 1e20 }} {{ 1.5e-7 }} {{ 0.0001 }} {{ 123456789012345680.0 }} {{ 1e16 }} {{ 1e15 }} {{ -0.0 }} {{ 1/3 }} {{ 100.0 }} {{ 1e22 }} {{ 5e-324 }}
{{ 7//2 }} {{ -7//2 }} {{ 7//-2 }} {{ -7%3 }} {{ 7%-3 }} {{ 7.5//2 }} {{ -7.5%2 }} {{ 2**10 }} {{ 2**-1 }} {{ 2**0.5 }} {{ 1/2 }} {{ 10/5 }} {{ true+1 }}
{{ -2**2 }} {{ 2**3**2 }} {{ 1+2*3 }} {{ (1+2)*3 }} {{ 2-1-1 }} {{ 'a' ~ 'b' + 'c' }} {{ -1|abs }} {{ 1 - -1 }} {{ +3 }}
{{ [1,2,3][::-1] }} {{ 'héllo🙂x'[::-1] }} {{ 'héllo🙂x'[1:-1] }} {{ 'abc'[-2:] }} {{ [1,2,3,4,5][1:4:2] }} {{ 'abc'[5:] }}|{{ 'abc'[:-5] }} {{ (1,2,3)[1:] }} {{ [1,2,3][-1] }} {{ [1,2,3,4][3:0:-2] }} {{ range(10)[2:8:3]|list }} {{ range(5)[::-1] }}
{{ 'a🙂b'|length }} {{ 'a🙂b'[1] }} {{ 'abc'[-1] }} {{ {'a':1}['a'] }} {{ {'a':1}.a }} {{ {'a':1}['b'] }}|{{ {1:2}[1] }} {{ {1:2}[1.0] }} {{ {true:2}[1] }}
{{ 'x' in 'xyz' }} {{ 'q' not in 'xyz' }} {{ 1 in [1,2] }} {{ 'a' in {'a':1} }} {{ 1.0 in [1] }} {{ 2 in range(3) }} {{ none in [none] }} {{ 'a' in u }}
{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 'a' < 'b' }} {{ [1,2] < [1,3] }} {{ 1 == 1.0 }} {{ true == 1 }} {{ 'a' == 1 }} {{ none == none }} {{ [1] == (1,) }} {{ {'a':1} == {'a':1.0} }} {{ u == u2 }} {{ 1 != 2 }} {{ 1 >= 1 }}
{{ 0 or 'x' }} {{ '' or none }} {{ 1 and 2 }} {{ 0 and 2 }} {{ not 0 }} {{ not 'a' }} {{ [] or {} }} {{ 'a' if 0 else 'b' }} {{ 'a' if 0 }}|{{ 'a' if 1 else 'b' if 1 else 'c' }}
{{ u is defined }} {{ u is undefined }} {{ none is none }} {{ 1 is number }} {{ true is number }} {{ true is integer }} {{ 1 is integer }} {{ 1.0 is float }} {{ 'a' is string }} {{ [] is sequence }} {{ {} is sequence }} {{ {} is mapping }} {{ 'a' is iterable }} {{ 1 is iterable }} {{ true is boolean }} {{ 1 is true }} {{ true is true }} {{ false is false }}
{{ 3 is odd }} {{ 4 is even }} {{ 4 is divisibleby 2 }} {{ 4 is divisibleby(3) }} {{ 1 is eq 1 }} {{ 1 is equalto(2) }} {{ 1 is ne 2 }} {{ 1 is lt 2 }} {{ 3 is in [1,3] }} {{ 'a' is sameas 'a' }} {{ none is sameas none }} {{ 'AB' is upper }} {{ 'ab' is lower }} {{ 1 is not none }} {{ u is not defined }} {{ range is callable }}
{{ '  a b '|trim }}| {{ 'xxaxx'|trim('x') }} {{ 'aBc'|upper }} {{ 'aBc'|lower }} {{ 'aBC d'|capitalize }} {{ "it's a-b (c) d"|title }} {{ "it's a-b".title() }} {{ 'a,b'|replace(',', ';') }} {{ 'aaa'|replace('a','b',2) }} {{ 'abc'|replace('', '-') }} {{ 'abc'.replace('', '-', 2) }}
{{ [1,2,3]|join }} {{ [1,'a',none]|join(', ') }} {{ 'abc'|join('-') }} {{ [{'a':1},{'a':2}]|join('+', attribute='a') }} {{ {'x':1,'y':2}|join('/') }}
{{ u|default('d') }} {{ ''|default('d') }} {{ ''|default('d', true) }} {{ none|default('d') }} {{ none|d('d', boolean=True) }} {{ 0|default(5,1) }}
{{ [3,1,2]|first }} {{ [3,1,2]|last }} {{ []|first }}| {{ 'abc'|first }} {{ 'abc'|last }} {{ {'a':1}|first }} {{ range(3)|last }} {{ u|first }} {{ u|list }} {{ {'a':1}|list }} {{ 'ab'|list }}
{{ [3,1,2]|sort }} {{ ['b','A','c']|sort }} {{ ['b','A','c']|sort(case_sensitive=true) }} {{ [3,1,2]|sort(reverse=true) }} {{ [{'n':'b'},{'n':'a'}]|sort(attribute='n')|map(attribute='n')|list }} {{ ['b','a','B','A']|sort(true) }}
{{ [1,2,2,1]|unique|list }} {{ ['a','A','b']|unique|list }} {{ {'b':1,'a':2}|dictsort }} {{ {'b':1,'a':2}|dictsort(by='value') }} {{ {'b':1,'A':2}|dictsort(true) }} {{ {'b':1,'a':2}|dictsort(reverse=true) }} {{ {'a':1}|items|list }} {{ {'a':1}.items()|list }} {{ {'a':1}.keys() }} {{ {'a':1}.values()|list }}
{{ [1,2,3]|map('string')|join(',') }} {{ ['a','b']|map('upper')|list }} {{ [{'a':{'b':1}},{}]|map(attribute='a.b', default='z')|list }} {{ [1,2,3]|select('odd')|list }} {{ [1,2,3]|reject('odd')|list }} {{ [0,1,'']|select|list }} {{ [{'r':'x','v':1},{'r':'y'}]|selectattr('r','equalto','x')|map(attribute='v')|list }} {{ [{'r':'x'},{}]|selectattr('r','defined')|list }} {{ [{'r':1},{}]|rejectattr('r')|list }} {{ [1,2,3]|select('in',[2,3])|list }} {{ [1,2]|select('gt', 1)|list }} {{ [1,2]|select('>', 1)|list }}
{{ '12'|int }} {{ '1.9'|int }} {{ 'x'|int }} {{ 'x'|int(7) }} {{ ' 5 '|int }} {{ 3.99|int }} {{ -3.99|int }} {{ none|int }} {{ true|int }} {{ 'ff'|int(base=16) }} {{ '1.5'|float }} {{ 'x'|float }} {{ 2|float }} {{ '1e3'|float }} {{ none|float(3) }} {{ '1_000'|int }} {{ 'inf'|float }}
{{ 1.5|round }} {{ 2.5|round }} {{ 2.567|round(2) }} {{ 2.1|round(method='ceil') }} {{ 2.9|round(0,'floor') }} {{ 42|round }} {{ -3|abs }} {{ [1,2,3]|sum }} {{ [{'a':1},{'a':2}]|sum(attribute='a') }} {{ [3,1]|min }} {{ [3,1]|max }} {{ ['b','A']|max }} {{ []|max }}
{{ {'a':[1,2.0,none,true,'x"\n\t\\é🙂<&>\u007f\u0001'],'b':{}} | tojson }}
{{ {'a':[1,{'c':[]}],'b':{}} | tojson(indent=2) }}
{{ {'b':1,'a':'é🙂'} | tojson(sort_keys=true, ensure_ascii=true) }} {{ [1,2]|tojson(separators=(',',':')) }} {{ [1,2,{'a':1}]|tojson(separators=(',',':'), indent=1) }} {{ {1:2, none:3, true:4}|tojson }} {{ (1,2)|tojson }} {{ 'x'|tojson }}
{{ "a\nb\n\nc"|indent }}|{{ "a\nb"|indent(2, true) }}|{{ "a\n\nb"|indent(2, blank=true) }}|{{ "a\nb\n"|indent('>') }}
{{ ' a '.strip() }}|{{ 'xxa'.lstrip('x') }} {{ 'axx'.rstrip('x') }} {{ 'a b  c'.split() }} {{ 'a,b,,c'.split(',') }} {{ 'a,b,c'.split(',',1) }} {{ 'a,b,c'.rsplit(',',1) }} {{ ' a  b c '.split(none, 1) }} {{ ' a  b c '.rsplit(none,1) }} {{ 'a\nb\r\nc\n'.splitlines() }} {{ ''.split() }} {{ ''.split(',') }} {{ 'aXbXc'.split('X')[-1] }}
{{ 'abc'.startswith('ab') }} {{ 'abc'.endswith(('x','c')) }} {{ 'abc'.find('c') }} {{ 'abc'.find('z') }} {{ 'abcb'.rfind('b') }} {{ 'abcb'.count('b') }} {{ 'abc'.index('b') }} {{ 'a.b'.partition('.') }} {{ 'a.b.c'.rpartition('.') }} {{ 'ab'.removeprefix('a') }} {{ 'ab'.removesuffix('b') }} {{ '7'.zfill(3) }} {{ '-7'.zfill(4) }} {{ 'a'.ljust(3,'.') }} {{ 'a'.rjust(3) }} {{ ','.join(['a','b']) }} {{ 'ab'.capitalize() }} {{ '12'.isdigit() }} {{ 'ab'.isalpha() }} {{ 'a1'.isalnum() }} {{ ' '.isspace() }} {{ 'AB'.isupper() }} {{ 'ab'.islower() }} {{ ''.isdigit() }}
{{ {'a':1}.get('a') }} {{ {'a':1}.get('b') }} {{ {'a':1}.get('b', 2) }} {{ {'items':1}.items()|list }} {{ {'items':1}['items'] }} {{ [1,2,1].count(1) }} {{ [1,2].index(2) }} {{ {'a':1}.copy() }}
{{ 'it\'s' }} {{ ['it\'s', 'q"', 'both\'"', 'nl\n\t\\', '\x00\x7f\xa0é🙂\u200b'] }} {{ (1,) }} {{ () }} {{ {'a':(1,2)} }} {{ [none, true, 1.0, u] }}
{{ range(3) }} {{ range(1,4) }} {{ range(0,10,3)|list }} {{ range(5,0,-2)|list }} {{ range(3)|length }} {{ range(3)[1] }} {{ range(3)[-1] }} {{ range(0) is sequence }}
{{ dict(a=1,b=2) }} {{ dict([('x',1)]) }} {{ dict({'q':1}, z=2) }} {{ namespace(a=1) }} {% set ns = namespace() %}{% set ns.x = 5 %}{{ ns.x }} {{ ns['x'] }} {{ ns.y }}| {{ ns }}
{% for i in [1,2,3] %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.previtem }}{{ loop.nextitem }};{% endfor %}
{% for i in [1,2,3,4] if i is even %}{{ i }}{{ loop.index }}{{ loop.last }}{% else %}none{% endfor %}|{% for i in [] %}x{% else %}empty{% endfor %}|{% for i in [1] if i > 5 %}x{% else %}empty2{% endfor %}
{% for k, v in {'a':1,'b':2}.items() %}{{ k }}={{ v }},{% endfor %}{% for k,v in {'a':1}|items %}{{k}}{{v}}{% endfor %}{% for (a,b),c in [((1,2),3)] %}{{a}}{{b}}{{c}}{% endfor %}{% for c in 'a🙂' %}[{{c}}]{% endfor %}{% for k in {'a':1} %}{{k}}{% endfor %}
{% for i in range(5) %}{% if i == 1 %}{% continue %}{% endif %}{% if i == 3 %}{% break %}{% endif %}{{ i }}{% else %}E{% endfor %}|{% for i in [1,2] %}{% for j in [1,2] %}{% if j==2 %}{% break %}{% endif %}{{i}}{{j}}{{loop.index}}{% endfor %}{{loop.index}}{% endfor %}
{% set x = 1 %}{% for i in [1,2] %}{{ x }}{% set x = x + 1 %}{{ x }}{% endfor %}{{ x }}
{% for i in [1,2] %}{% if i == 1 %}{% set y = 'a' %}{% endif %}{{ y }}|{% endfor %}{{ y }}
{% set x, y = 1, 2 %}{{ x }}{{ y }}{% set (p, q) = (3, 4) %}{{ p }}{{ q }}{% set t = 1, 2 %}{{ t }}
{% set x %}a{{ 1 }}b{% endset %}{{ x }}{{ x|length }}{% set x | upper | replace('A','Z') %}abc{% endset %}{{ x }}
{% macro m(a, b=2, c=a) %}[{{ a }}{{ b }}{{ c }}]{% endmacro %}{{ m(1) }}{{ m(1, c=5) }}{{ m(b=3, a=1) }}{{ m() }}{{ m(1,2,3)|length }}
{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, x=3) }}
{% macro f(n) %}{{ n }}{% if n > 0 %}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(3) }}
{% macro m(x) %}{% set y = x * 2 %}{{ y }}{{ z }}{% endmacro %}{% set z = 'Z' %}{% for z in [1] %}{{ m(z) }}{% endfor %}{{ y }}
{% for z in [1,2] %}{% macro m() %}{{ z }}{{ loop.index }}{% endmacro %}{{ m() }}{% endfor %}
{% if false %}{% set v = 2 %}{% endif %}{{ v }}{% if true %}{% set w = 3 %}{% endif %}{{ w }}
{% for i in [1] %}{{ v }}{% endfor %}{% set v = 2 %}{{ v }}
{% for i in [1] %}{% for j in [1] %}{{ v }}{% endfor %}{% set v = 2 %}{{ v }}{% endfor %}{{ v }}
{% set v = v ~ 'x' %}{{ v }}{% for i in [1] %}{% set v = v ~ 'y' %}{{ v }}{% endfor %}{{ v }}
{% for i in [1,2] %}{% set a %}{{ i }}{% set i = 9 %}{{ i }}{% endset %}{{ a }}{{ i }}{% endfor %}
{{ [1,2]|reverse|list }} {{ 'ab'|reverse }} {{ [1,2] + [3] }} {{ (1,) + (2,) }} {{ 'ab' * 3 }} {{ 2 * [1] }} {{ 'a' * 0 }}| {{ 3 * 'x' }} {{ 'a' * -1 }}
{% set it = [1,2]|map('string') %}{{ it|list }}{{ it|list }}{% if [1]|select('none') %}T{% endif %}{{ it is iterable }}{{ it is sequence }} {% set r = [1,2,3]|reverse %}{{ r|first }}{{ r|list }}
{{ "a" "b" 'c' }} {{ 'tab\tnl\nq\'u\u00e9\x41\101\d' }} {{ 1_000 }} {{ 1.5e3 }} {{ [1,2,].1 }} {{ {'a':{'b':[5]}}.a.b[0] }} {{ [[1,2],[3]].0.1 }}
{{ loop }}{{ x.y }}
{{ none.x }}|{{ 1 .x }}|{{ 'a'.nope }}|{{ [].nope }}|{{ true.x }}
{{ u.x }}
{{ u + 1 }}
{{ u ~ 'a' }}{{ u|length }}{{ u|upper }}{{ u|join }}{{ u|string }}|{{ u|trim }}
{{ u() }}
{{ u|int }}
{{ u|tojson }}
{{ 1 + 'a' }}
{{ 'a' + 1 }}
{{ [1] + (1,) }}
{{ none + 'a' }}
{{ 1 < 'a' }}
{{ 1/0 }}
{{ 1 in 'a' }}
{{ 'a' in none }}
{{ 'a' in 5 }}
{{ 5|length }}
{{ [1]|map('string')|length }}
{{ 5|list }}
{% for x in 5 %}{% endfor %}
{% for x in none %}{% endfor %}
{% for a,b in [1] %}{% endfor %}
{% for a,b in [[1,2,3]] %}{% endfor %}
{{ raise_exception('no!') }}
{{ strftime_now('%d %b %Y|%B %-d, %Y|%Y-%m-%d|%A %a|%H:%M:%S|%I %p|%j|%y|%e|%F %T|%%') }}
{{ [1,2].append(3) }}
{{ {'a':1}.update({}) }}
{{ {'a':1}.pop('a') }}
{{ ''.__class__ }}
{{ {'a':1}.__len__() }}
{% macro m(a) %}{% endmacro %}{{ m(1,2) }}
{% macro m(a) %}{% endmacro %}{{ m(b=2) }}
{% macro m(a) %}{{ a.x }}{% endmacro %}{{ m() }}
{% set x.y = 1 %}
{% set d = {} %}{% set d.y = 1 %}
{{ 'abc'|nofilter }}
{{ 1 is notest }}
{% nope %}
{% if 1 %}
{% if %}{% endif %}
{{ 1 + }}
{{ (1 }}
{{ 'a }}
{{ a b }}
{% for in x %}{% endfor %}
{% break %}
{% macro m() %}{% break %}{% endmacro %}
{% endif %}
{# open
{{ {}[[1]] }}|{{ [1]['a'] }}|{{ 'a'['b'] }}|{{ [1][1.0] }}
{{ [1][none:1] }}
{{ u[:1] }}
{{ [1,2,3][::0] }}
{{ range(100001) }}
{{ dict(1) }}
{{ [1,2]|first is odd }} {{ (1,2)|last }} {{ not u is defined }} {{ u is not defined and 1 }} {{ 1 is defined and not false }} {{ x if x is defined else 'q' }} {{ 'a' is string and 'b' is string }}
{{ ('a'|safe) ~ '<' }} {{ '<'|safe }} {{ '<a>"\''|e }} {{ '<'|safe|upper }} {{ ('<'|safe) == '<' }} {{ ['<'|safe]|join(',') }} {{ ('<'|safe)|length }} {{ '<'|safe|tojson }} {{ ('ab'|safe)[0] }} {{ 'a'|safe is string }}
{{ {'a':1,}.a }}{{ [1,][0] }}{{ {} }}{{ [] }}{{ {'a' : 'b' if true else 'c'} }}{{ {'x':{'y':1}} }}{{ {'x':{'y':{}}} }}
{{ 10|string }}{{ 1.0|string }}{{ 'é'|upper }}{{ 'ß'|lower }}{{ 'ÀB'|lower }}{{ 'ab cd'|title }}{{ '1a'|title }}{{ '1a b2c'.title() }}
{{ [0]*3 }}{{ 'a,b' | replace(',', '') | length }}{{ [1,2,3] | length > 2 }}{{ [1,2,3]|length - 1 }}
{{ 5 is between }}
{{ 'a' if 1 else }}
{{ 1 if 1 if 0 else 2 }}
{{ not not 1 }}{{ not 1 == 2 }}{{ 1 == 1 and 2 == 2 or 3 }}{{ 1 in [1] and 2 not in [1] }}{{ 1 not in [1] == false }}
{%- set a = 1 -%}   {{- a -}}   x   {%- if a -%}  y  {%- endif -%}
{{ loop.index is defined }}
{{ x['a'].b }}{{ x.a['b'] }}{{ x['a']['b'] }}
{% for m in [{'role':'a'},{'role':'b'}] %}{{ loop.cycle('x','y') }}{{ loop.changed(m.role) }}{{ m.role }}{% endfor %}
{% generation %}abc{% endgeneration %}{{ 1 }}{% for i in [1,2] %}{% generation %}🙂{{ i }}{% set q = 1 %}{{ loop.index }}{% endgeneration %}{{ q }}{% endfor %}
{% macro m() %}x{% generation %}abc{% endgeneration %}{% endmacro %}--{{ m() }}
{% set z %}x{% generation %}abc{% endgeneration %}{% endset %}--{{ z }}
{% generation %}a{% generation %}b{% endgeneration %}c{% endgeneration %}
""".strip("\n").split("\n")

TAGS = ["{% if 1 %}", "{%- if 1 %}", "{% if 1 -%}", "{%+ if 1 %}", "{% if 1 +%}", "{%- if 1 -%}"]
OUTPUTS = ["{{ 1 }}", "{{- 1 }}", "{{ 1 -}}", "{{- 1 -}}", "{{+ 1 }}"]
COMMENTS = ["{# c #}", "{#- c #}", "{# c -#}", "{#- c -#}", "{#+ c #}", "{# c +#}", "{# {{ #}"]
SPACES = ["", " ", "\n", "\n\n", "  \n ", " \t", "\n  ", "a", "a\n", "\na", " a ", "\r\n", "\r", "\u00a0", "\x1f", "{", "}", "%", "{ {", "-", "\n\n  "]


def spaced(depth):
    text = ""
    for _ in range(chance.randint(1, 5)):
        text += chance.choice(SPACES)
        kind = chance.random()
        if kind < 0.35 and depth < 3:
            text += chance.choice(TAGS) + spaced(depth + 1) + chance.choice(TAGS).replace("if 1", "endif")
        elif kind < 0.6:
            text += chance.choice(OUTPUTS)
        elif kind < 0.8:
            text += chance.choice(COMMENTS)
        text += chance.choice(SPACES)
    return text


ATOMS = ["1", "2", "0", "-1", "1.5", '"a"', '"B c"', '""', "none", "true", "false", "[1,2,3]", '["b","a"]', "[]", '{"a":1,"b":[2]}', "{}", "(1,2)", "u", "x", "s", "n", "m", "range(3)", '"é🙂"', '[{"a":1,"b":"x"},{"a":2}]']
FILTERS = ["length", "first", "last", "list", "join", 'join("-")', "upper", "lower", "trim", "string", "int", "float", 'default("d")', 'default("d",true)', "tojson", "sort", "unique|list", "reverse|list", 'map("string")|list', "select|list", 'reject("none")|list', 'map(attribute="a")|list', 'selectattr("a")|list', 'selectattr("a","eq",1)|list', "items|list", "dictsort", "abs", "sum", "max", "min", "capitalize", "title", 'replace("a","b")', "indent", "round", "tojson(indent=1)"]
TESTS = ["defined", "none", "string", "mapping", "sequence", "iterable", "number", "integer", "boolean", "true", "false", "odd", "even", "eq(1)", "in([1,2])", "callable", "lower", "float"]
ACCESS = ["[0]", "[-1]", '["a"]', ".a", ".b", "[1:]", "[::-1]", "[:1]", ".strip()", ".split()", ".items()|list", '.get("a")', ".keys()|list", ".upper()", "[5]", ".count(1)", '["length"]', ".title()"]
OPERATORS = ["+", "-", "*", "/", "//", "**", "~", "==", "!=", "<", ">", "<=", ">=", "and", "or", "in", "not in"]


def expression(depth):
    kind = chance.random()
    if depth <= 0 or kind < 0.2:
        return chance.choice(ATOMS)
    inner = f"({expression(depth - 1)})"
    if kind < 0.4:
        return f"{inner}|{chance.choice(FILTERS)}"
    if kind < 0.5:
        return f"{inner} is {chance.choice(['', 'not '])}{chance.choice(TESTS)}"
    if kind < 0.65:
        return f"{inner}{chance.choice(ACCESS)}"
    if kind < 0.9:
        return f"{inner} {chance.choice(OPERATORS)} ({expression(depth - 1)})"
    if kind < 0.95:
        return f"{inner} if ({expression(depth - 1)}) else ({expression(depth - 1)})"
    return f"{chance.choice(['not ', '-'])}{inner}"


chance = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
sources = CONSTRUCTS + [spaced(0) for _ in range(400)] + ["{{ " + expression(chance.randint(1, 4)) + " }}" for _ in range(1500)]
for source in sources:
    case = {"source": source, **render(source)}
    # Addresses of objects, and the methods of ranges, are not for templates.
    if re.search(r"0x[0-9a-f]{6}|object at|<class", case.get("rendered", "")) or "(range(3)).count" in source:
        continue
    if case.get("rendered") is not None and len(case["rendered"]) > 300:
        continue
    print(json.dumps(case, ensure_ascii=False))
