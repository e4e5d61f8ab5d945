using System.Text.Json;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Chat.Diagnostics;
using ExpertCluster.Text.Tests.Support;

namespace ExpertCluster.Text.Tests.Chat;

/// <summary>Against Jinja itself: what it renders is rendered alike, and what it fails on fails.</summary>
public sealed class JinjaTests
{
    private const long Now = 1_782_346_205;

    /// <summary>What templates are tried on: of every kind one, and some that are not there.</summary>
    private const string Variables = """
        {"messages": [{"role": "user", "content": "hello"}, {"role": "assistant", "content": " hi\n"}, {"role": "user", "content": "ünïcode"}],
         "none": null, "yes": true, "no": false, "n": 7, "z": 0, "neg": -3, "x": 2.5, "text": "Ab c'd\"e\n f", "empty": "", "list": [3, 1, 2], "words": ["b", "A", "c"],
         "nested": [[1, "a"], [2, "b"]], "map": {"b": 1, "a": {"c": [true, null, 1.0]}}, "rows": [{"k": "x", "v": 2}, {"k": "y", "v": 1}, {"k": "X"}], "nothing": [], "nomap": {},
         "tools": null, "documents": null, "add_generation_prompt": true, "bos_token": "<s>", "eos_token": "</s>"}
        """;

    private static readonly string[] Rules =
    [
        // Line ends.
        "{% for m in messages %}\r\n<|{{ m.role }}|>\r\n{{ m.content }}\r\n{% endfor %}\r\n<|assistant|>\r\n",
        "a\rb\r\rc\n\r\nd\r", "{{ 'a\r\nb\rc' }}|{{ 'a\\r\\nb' }}", "{%- if yes -%}\r\n  x\r\n{%- endif -%}\r\n", "x\r\n\r\n", "x\n\n\n",
        // Macros in any order, within each other, in loops, with what is around them.
        "{% macro f(a) %}[{{ g(a) }}]{% endmacro %}{% macro g(a) %}({{ a }}){% endmacro %}{{ f(1) }}",
        "{% macro f(a) %}{% if a > 0 %}{{ a }}{{ g(a - 1) }}{% endif %}{% endmacro %}{% macro g(a) %};{{ f(a) }}{% endmacro %}{{ f(3) }}",
        "{% macro f() %}{{ later }}{% endmacro %}{% set later = 'L' %}{{ f() }}", "{% set top = 1 %}{% macro f() %}{{ top }}{% set top = 2 %}{{ top }}{% endmacro %}{{ f() }}{{ top }}",
        "{% for i in list %}{% macro f(a) %}{{ i }}{{ a }}{% endmacro %}{{ f('x') }}{% endfor %}", "{% if yes %}{% macro f() %}m{% endmacro %}{% endif %}{{ f() }}",
        "{% macro f(a, b=2, c=a) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ f(1) }}{{ f(1, c=5) }}{{ f() }}", "{% macro f() %}{{ varargs | join(',') }}{{ kwargs | tojson }}{% endmacro %}{{ f(1, 2, a=3) }}",
        "{% macro f() %}<{{ caller() }}>{% endmacro %}{% call f() %}in{{ n }}{% endcall %}", "{% macro f(xs) %}{% for x in xs %}{{ caller(x) }}{% endfor %}{% endmacro %}{% call(y) f(list) %}[{{ y }}]{% endcall %}",
        "{% macro outer() %}{% macro inner(a) %}<{{ a }}>{% endmacro %}{{ inner(1) }}{% endmacro %}{{ outer() }}", "{% set f = none %}{{ f is none }}{% macro g() %}{% endmacro %}{{ g is callable }}{{ g() is string }}",
        "{% macro f(a) %}{{ a | upper }}{% endmacro %}{% set x = f('b') %}{{ x }}{{ x | length }}{{ (f('c') ~ f('d')) | lower }}",
        // Statements.
        "{% filter upper %}a{{ text }}{% endfilter %}{% filter trim | replace('b', 'x') %} ab {% endfilter %}|", "{% set x | upper %}a{{ n }}{% endset %}{{ x }}{% set x | trim | length %}  ab {% endset %}{{ x }}",
        "{% set x %}{% set y = 1 %}q{% endset %}{{ x }}{{ y is defined }}", "{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set a, b = b, a %}{{ a }}{{ b }}{% set t = 1, 'x' %}{{ t }}",
        "{% set ns = namespace(a=1, b=[]) %}{% set ns.a = ns.a + 1 %}{{ ns.a }}{{ ns.b }}{{ ns.c is defined }}{% set ns.d %}block{% endset %}{{ ns.d }}",
        "{% with a = 1, b = n %}{{ a }}{{ b }}{% endwith %}{{ a is defined }}", "{% raw %}{{ x }} {% if %}{% endraw %}{{ n }}{%- raw -%}  a  {%- endraw %}b",
        "{% for a, b in nested %}{{ a }}{{ b }}{{ loop.cycle('x', 'y') }}{% if loop.changed(b) %}!{% endif %}{% endfor %}", "{% for (a, b) in nested %}{{ a }}{{ b }}{% endfor %}{% for x in 1, 2, 3 %}{{ x }}{% endfor %}",
        "{% for a in list %}{% for b in words %}{{ loop.depth }}{{ loop.index }}{{ loop.revindex0 }}{% endfor %}{{ loop.previtem }}{{ loop.nextitem }}{% endfor %}",
        "{% for c in 'héy' %}{{ c }}-{% endfor %}{% for k in map %}{{ k }}{% endfor %}{% for x in undefd %}{% else %}none{% endfor %}", "{% for x in list if x > 1 if yes else false %}{{ x }}{% endfor %}",
        "{% for m in messages %}{% if m.role == 'assistant' %}{% continue %}{% endif %}{{ loop.index }}{% if loop.index == 3 %}{% break %}{% endif %}{% endfor %}",
        "{% if none %}a{% elif undefd %}b{% elif z %}c{% elif empty %}d{% elif nothing %}e{% elif nomap %}f{% else %}g{% endif %}", "{% generation %}said{{ n }}{% endgeneration %}",
        "  {% if yes %}  \n  a\n  {%+ if yes %}b{% endif %}\n{%- endif %}\n  {# c #}  \n{{ n }}\n", "{% if yes -%}\n  x\n  {%- else %}y{% endif +%}\nz", "\t {% set q = 1 %} \n{{ q }}",
        // Dates.
        "{{ strftime_now('%d %b %Y') }} {{ strftime_now('%Y-%m-%d %H:%M:%S') }} {{ strftime_now('%A, %B %-d, %y; %j %p %I %e %a %U %W %w %u %V %G %%') }}", "{{ strftime_now('%x %X %D %F %T %R %c') }}",
        "{% if strftime_now is defined %}{{ strftime_now('%B') }}{% endif %}{{ raise_exception is defined }}{{ range is defined }}{{ namespace is callable }}",
        // Values as text.
        "{{ none }}{{ yes }}{{ no }}{{ x }}{{ n }}{{ list }}{{ words }}{{ map }}{{ nested }}{{ (1, 'a') }}{{ (1,) }}{{ () }}{{ [] }}{{ {} }}", "{{ ['it\\'s', \"q\\\"q\", 'b\\'\"b', 'tab\\t', 'é\\u200b\\x07', '\\\\'] }}",
        "{{ 1.0 }} {{ 1e16 }} {{ 1e-5 }} {{ 123456789.125 }} {{ 0.1 + 0.2 }} {{ 1e22 }} {{ 2.5e-3 }} {{ 1_000 }} {{ 0x1f }} {{ 0b101 }} {{ 1e3 }}", "{{ [none, undefd, yes, 2.0] }}{{ map.items() | list }}{{ map | items | list }}",
        "{{ 1, 2 }}{{ 'a' 'b' \"c\" }}{{ '\\q\\d\\101\\a' | length }}{{ '\\x41\\u0042\\U0001F600' }}{{ 'a\\\nb' }}",
        // Numbers.
        "{{ 7 / 2 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 2 ** 10 }} {{ 2 ** -1 }} {{ 7.5 // 2 }} {{ 7.5 % 2 }} {{ 1 / 4 }} {{ 6 / 3 }} {{ 2 ** 3 ** 2 }}", "{{ -n }} {{ +n }} {{ -x }} {{ -1 | abs }} {{ -n | abs }} {{ yes + 1 }} {{ yes * 'ab' }} {{ 'ab' * 3 }} {{ [1] * 2 }} {{ 3 * 'x' }}{{ 'x' * neg }}",
        "{{ 1 == 1.0 }}{{ yes == 1 }}{{ 2 < 2.5 }}{{ 'a' < 'b' }}{{ [1, 2] < [1, 3] }}{{ [1] == (1,) }}{{ none == undefd }}{{ undefd == undefd2 }}{{ none != none }}{{ map == {'a': {'c': [true, none, 1]}, 'b': 1} }}",
        "{{ '%s and %d, %05.1f%% %r %x' | format('a', 3, 2.25, 'q', 255) }}{{ '%s-%s' % (1, none) }}{{ '%s' % 'x' }}{{ '{}-{b}-{0}{{}}' | string }}{{ 'a{}b{x}c{{'.format(1, x=none) }}",
        // Members.
        "{{ map.b }}{{ map['a'].c[2] }}{{ map.zz is defined }}{{ map['zz'] is defined }}{{ none.a is defined }}{{ list[0] }}{{ list[-1] }}{{ list[9] is defined }}{{ list.0 }}{{ nested.1.1 }}{{ text[0] }}{{ n.a is defined }}",
        "{{ map.items is defined }}{{ map.items is callable }}{{ {'items': 3}.items is callable }}{{ {'items': 3}['items'] }}{{ text.upper is defined }}{{ map['keys'] is callable }}{{ list.append is defined }}{{ map[n] is defined }}",
        "{{ text[1:3] }}{{ list[:2] }}{{ list[::-1] }}{{ (1, 2, 3)[1:] }}{{ text[::2] }}{{ list[yes] }}{{ words[1:][0] }}{{ messages[1:][0].role }}{{ (messages | last).role }}",
        "{{ 'a' in text }}{{ 'z' not in words }}{{ 1 in list }}{{ 'b' in map }}{{ 5 in map }}{{ 'x' in undefd }}{{ none in [none] }}{{ undefd in list }}{{ '' in 'abc' }}",
        // Logic.
        "{{ none or 'a' }}{{ empty or none }}{{ n and list }}{{ not undefd }}{{ 'x' if undefd else 'y' }}{{ ('x' if no) is defined }}{{ undefd or 'd' }}{{ yes and none }}{{ not n == 7 }}{{ 1 < 2 < 3 }}{{ 'a' if yes else 'b' if no else 'c' }}",
    ];

    /// <summary>Each over each kind of value: among them none, undefined, and those that it is not made for.</summary>
    private static readonly string[] Values = ["none", "undefd", "yes", "n", "neg", "x", "text", "empty", "list", "words", "map", "nothing", "nomap", "nested", "rows", "' 12 '", "'3.7'", "(1, 2)", "messages", "map.zz", "none.a"];

    private static readonly string[] Filters =
    [
        "abs", "attr('a')", "batch(2) | list", "batch(2, 'f') | list", "capitalize", "center(12)", "count", "d('q')", "default('q', true)", "default(none)", "default", "dictsort", "dictsort(reverse=true, by='key')",
        "e", "escape", "first", "float", "float(1.5)", "format", "groupby('k') | list | length", "indent", "indent(2, true)", "indent('> ', blank=true)", "int", "int(5)", "int('q')", "items | list", "join", "join('-')", "join(', ', attribute='k')", "last", "length",
        "list", "lower", "map('upper') | list", "map(attribute='k') | list", "map(attribute='k', default='w') | list", "map(attribute='k', default=none) | list", "map('length') | list", "max", "min", "reject('none') | list", "reject | list", "rejectattr('v') | list",
        "rejectattr('k', 'equalto', 'x') | list", "replace('b', 'XX')", "replace('', '.')", "replace('1', 2, 1)", "reverse | list", "round", "round(1)", "round(1, 'ceil')", "safe", "select | list", "select('string') | list", "select('defined') | list", "select('in', [1, 'A']) | list",
        "selectattr('k') | list", "selectattr('v', 'gt', 1) | list", "selectattr('k', 'eq', 'x') | list", "slice(2) | list", "sort", "sort(reverse=true)", "sort(attribute='k')", "sort(case_sensitive=true)", "string", "string | length", "sum", "sum(start=1)", "sum(attribute='v')", "title", "tojson", "tojson(indent=2)",
        "tojson(ensure_ascii=true)", "tojson(sort_keys=true)", "tojson(separators=(',', ':'))", "trim", "trim('A')", "truncate(5)", "truncate(5, true, '!')", "unique | list", "unique(case_sensitive=true) | list", "upper", "urlencode", "wordcount", "trim | upper | length", "string | trim",
    ];

    private static readonly string[] Tests =
    [
        "boolean", "callable", "defined", "divisibleby 2", "divisibleby(3)", "eq none", "equalto 7", "even", "false", "float", "ge 2", "greaterthan 2", "gt 2", "in [7, 'a', none]", "in 'xAb c'", "integer", "iterable", "le 2", "lessthan 2", "lower", "lt 2", "mapping", "ne none", "none", "number", "odd", "sameas none",
        "sameas true", "sequence", "string", "true", "undefined", "upper", "not none", "not defined", "not string", "filter", "test",
    ];

    private static readonly string[] Methods =
    [
        "upper()", "lower()", "title()", "capitalize()", "strip()", "lstrip()", "rstrip('f')", "strip('Af')", "split()", "split(' ')", "split(none, 1)", "split(' ', 1)", "rsplit()", "rsplit(' ', 1)", "rsplit(none, 1)", "splitlines()", "splitlines(true)", "partition(' ')", "rpartition('q')", "startswith('A')",
        "startswith(('x', 'A'))", "endswith('f')", "startswith('b', 1)", "find('c')", "rfind('z')", "count(' ')", "count('')", "index('b')", "replace('b', 'B')", "replace('', '-', 2)", "removeprefix('A')", "removesuffix('f')", "zfill(20)", "ljust(16, '.')", "rjust(16)", "center(17, '*')", "join(['x', 'y'])", "isdigit()", "isalpha()", "isspace()",
        "isupper()", "islower()", "isalnum()", "istitle()", "isdecimal()", "isnumeric()", "swapcase()", "casefold()", "get('b')", "get('zz')", "get('zz', 3)", "items() | list", "keys() | list", "values() | list", "copy()", "format(1)",
    ];

    private static readonly string[] Operators = ["+", "-", "*", "/", "//", "%", "~", "==", "!=", "<", ">=", "in", "not in", "and", "or"];

    [Fact]
    public void Render_Rules_EqualsJinja() => Compare(Rules, mostFail: 0);

    [Fact]
    public void Render_EachFilterOfEachValue_EqualsJinja() => Compare(Values.SelectMany(value => Filters.Select(filter => $"{{{{ ({value}) | {filter} }}}}")));

    [Fact]
    public void Render_EachTestOfEachValue_EqualsJinja() => Compare(Values.SelectMany(value => Tests.Select(test => $"{{{{ ({value}) is {test} }}}}")));

    [Fact]
    public void Render_EachMethodOfEachValue_EqualsJinja() => Compare(Values.SelectMany(value => Methods.Select(method => $"{{{{ ({value}).{method} }}}}")));

    [Fact]
    public void Render_EachOperatorOfEachPair_EqualsJinja() =>
        Compare(Values.SelectMany(left => Values.SelectMany(right => Operators.Select(operation => $"{{{{ ({left}) {operation} ({right}) }}}}"))));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Render_RandomTemplates_EqualsJinja(int seed)
    {
        TemplateMaker maker = new(new Random(seed), Values, Filters, Tests, Methods, Operators);
        Compare(Enumerable.Range(0, 400).Select(_ => maker.Template()));
    }

    /// <param name="templates">All rendered with <see cref="Variables"/>.</param>
    /// <param name="mostFail">How many of them Jinja may fail on, as a share.</param>
    private static void Compare(IEnumerable<string> templates, double mostFail = 0.9)
    {
        using var variables = JsonDocument.Parse(Variables);
        string[] all = [.. templates];
        var expected = Jinja.Render(all.Select(template => new JinjaCase(template, variables.RootElement, Now)));
        Assert.InRange(expected.Count(answer => answer.Text is null), 0, mostFail * all.Length);
        List<string> wrong = [];
        for (int i = 0; i < all.Length; i++)
        {
            string actual = Rendered(all[i]);
            string wanted = expected[i].Text ?? "fails";
            if (actual != wanted && !(expected[i].Text is null && actual.StartsWith("fails", StringComparison.Ordinal)) && !IsOfPythonAlone(expected[i].Text ?? expected[i].Error!))
            {
                wrong.Add($"{all[i]}\n  Jinja: {expected[i].Text ?? expected[i].Error}\n  ours:  {actual}");
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {all.Length} differ:\n{string.Join('\n', wrong.Take(60))}");
    }

    /// <summary>
    /// What Python writes of its own objects, with their addresses; that Jinja's lists are generators, which have no length and are lists to no
    /// test; and that Python can look for some things in no set. No template means any of it.
    /// </summary>
    private static bool IsOfPythonAlone(string answer) => Array.Exists(
        ["object at 0x", "generator", "dict_", "<built-in", "unhashable", "Markup(", "list_reverseiterator", "itertools", "<bound method", "<function"],
        part => answer.Contains(part, StringComparison.Ordinal));

    private static string Rendered(string template)
    {
        try
        {
            return ChatTemplate.Parse(template, new Dictionary<string, string>()).Render(
                [new ChatMessage("user", "hello"), new ChatMessage("assistant", " hi\n"), new ChatMessage("user", "ünïcode")],
                new RenderOptions { Variables = ChatValues.ReadObject(Variables).Where(pair => pair.Key != "messages").ToDictionary(), Now = DateTimeOffset.FromUnixTimeSeconds(Now) },
                TextLimits.Default,
                CancellationToken.None);
        }
        catch (ChatTemplateException error)
        {
            return $"fails: {error.Message}";
        }
    }
}
