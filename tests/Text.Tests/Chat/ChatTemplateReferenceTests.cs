using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Chat.Diagnostics;
using ExpertCluster.Text.Tests.Support;
using ExpertCluster.Text.Tests.Tokenization;

namespace ExpertCluster.Text.Tests.Chat;

/// <summary>Templates in well-known shapes, and small ones for single rules, against the reference.</summary>
public sealed class ChatTemplateReferenceTests
{
    private static readonly Dictionary<string, string> Tokens = new() { ["bos_token"] = "<s>", ["eos_token"] = "</s>" };

    private static readonly string[] Rules =
    [
        "{{ 1 + 2 * 3 }} {{ 7 // 2 }} {{ 7 % 4 }} {{ 2 - 3 }} {{ (1 + 2) * 3 }}",
        "{{ 'a' ~ 1 ~ 'b' }}{{ \"it's\" + '\\x41\\u0042\\t' }}",
        "{% if not a is defined and b is not defined %}x{% endif %}{{ a | default('d') }}{{ a }}{{ '' | default('e', true) }}",
        "{% for m in messages %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{% if loop.first or loop.last %};{% endif %}{% endfor %}",
        "{{ 'x' if 1 < 2 else 'y' }}{{ messages[-1].content }}{{ messages[5].content if messages[5] is defined else 'none' }}",
        "{% for m in messages[::-1] %}{{ m.role }}{% endfor %}{% for m in messages[1:] %}{{ m.role }}{% endfor %}",
        "{% for m in messages[:-1] %}{{ m.role }}{% endfor %}{% for m in messages[::2] %}{{ m.role }}{% endfor %}",
        "a\n  {% if true %}\n  b\n  {% endif %}\n  c {% if true %} d {% endif %} e\n{# note #}\nf\n",
        "a  {%- if true -%}  b  {%- endif -%}  c\n\n {{- 'd' -}} \n e {#- note -#} f",
        "{{ messages[0].role.upper() }}{{ ' a '.strip() + ' c'.lstrip() + 'd '.rstrip() }}",
        "{{ 'a,b,c'.split(',')[1] }}{{ 'abc' | upper }}{{ ['x', 'y'] | join('-') }}{{ ['x', 'y'] | first }}{{ 'abc' | length }}",
        "{% set ns = namespace(n=0) %}{% for m in messages %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}",
        "{% set x = 1 %}{% for m in messages %}{% set x = 2 %}{% endfor %}{{ x }}{% if true %}{% set x = 3 %}{% endif %}{{ x }}",
        "{{ messages[0] | tojson }}{{ 'quote \" \\\\ \\n' | tojson }}",
        "{{ messages[0].get('role') }}{{ messages[0].get('nothing', 'd') }}{{ 'aXbX'.replace('X', '--') }}",
        "{% for k, v in {'a': 1, 'b': 'x'}.items() %}{{ k }}={{ v }};{% endfor %}{% for k, v in {'a': 1}|items %}{{ k }}{{ v }}{% endfor %}",
        "{% for m in messages if m.role == 'user' %}{{ loop.index }}{{ ';' if loop.last }}{{ m.content }}{% else %}none{% endfor %}",
        "{% for m in messages if m.role == 'nobody' %}x{% else %}none{% endfor %}",
        "{% for m in messages %}{% if loop.index == 3 %}{% break %}{% endif %}{{ loop.index }}{% endfor %}",
        "{% set x %}a{{ 1 + 1 }}b{% endset %}{{ x | upper }}{{ {'a': {'b': [1, 2]}}['a'].b[1] }}",
        "{{ messages | selectattr('role', 'equalto', 'user') | list | length }}{{ messages | rejectattr('role', 'equalto', 'user') | map(attribute='content') | join(',') }}",
        "{{ messages | map(attribute='role') | join('/') }}{{ messages | selectattr('content') | list | length }}",
        "{% macro turn(m, end='!') %}<{{ m.role }}>{{ m.content | trim }}{{ end }}{% endmacro %}{% for m in messages %}{{ turn(m) }}{{ turn(m, end='?') }}{% endfor %}",
        "{% set top = 'T' %}{% macro f(x) %}{{ top }}{{ x }}{% endmacro %}{{ f('a') + f('b') }}{{ f('c') | lower }}",
        "{{ range(3) | join }}{{ range(1, 7, 2) | join }}{{ 'hello world' | title }}{{ 'hello' | capitalize }}{{ 'a b'.title() }}",
        "{{ 'x\ny\n\nz' | indent(2) }}|{{ 'x\ny' | indent(2, true) }}|{{ '12' | int + 1 }}{{ 'z' | int }}{{ [3, 1] | reverse | join }}",
        "{{ ('a', 'b') | join('+') }}{{ ';' if 'b' in ('a', 'b') }}{{ {'a':{'b':1}} | tojson }}{{ {'a': [1, {'c': none}]} | tojson(indent=2) }}",
        "{% generation %}said{% endgeneration %}{{ 'a.b.c'.split('.', 1) | join('|') }}",
        "text with { braces } and {% if false %}x{% elif true %}elif{% else %}y{% endif %} 100%}",
    ];

    public static TheoryData<string> Shapes => [.. KnownShapes.All.Keys];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Render_RandomConversations_EqualsReference(string shape)
    {
        var random = new Random(7);
        var texts = new RandomText(8);
        var conversations = Enumerable.Range(0, 200).Select(_ => Conversation(random, texts)).ToArray();

        Compare(conversations.Select((messages, i) => (KnownShapes.All[shape], messages, i % 2 == 0)), mostFail: 0.9);
    }

    [Fact]
    public void Render_Rules_EqualReference()
    {
        ChatMessage[] messages = [new("user", "hello"), new("assistant", " hi\n"), new("user", "ünïcode")];

        Compare(Rules.Select(rule => (rule, messages, true)), mostFail: 0);
    }

    // Where the reference in JavaScript departs from Jinja, these are Jinja's own answers (3.1, trim_blocks, lstrip_blocks).
    [Theory]
    [InlineData("{{ 'bxb'.strip('b') }}|{{ 'xxa'.lstrip('x') }}|{{ 'axx'.rstrip('x') }}", "x|a|a")]
    [InlineData("{{ true }}{{ none }}{{ 1 == true }}{{ '' == false }}", "TrueNoneTrueFalse")]
    [InlineData("{{ 'user' in messages[0].role }}{{ 'z' not in ['y', 'z'] }}{{ 'role' in messages[0] }}", "TrueFalseTrue")]
    [InlineData("{% for m in none_such %}x{% else %}empty{% endfor %}", "empty")]
    [InlineData("{% for m in messages %}{% if x is defined %}again{% endif %}{% set x = 1 %}{% endfor %}", "")]
    [InlineData("{{ -7 // 2 }} {{ -7 % 4 }} {{ 1 < 2 < 3 }} {{ 3 > 2 > 2 }}", "-4 1 True False")]
    [InlineData("{{ 'abcdef'[1:5:2] }}{{ 'abcdef'[::-1] }}{{ 'a👍b'[1] }}{{ 'ab'[-1] }}{{ 'ab'[9] is defined }}", "bdfedcba👍bFalse")]
    [InlineData("{{ messages[5:0:-2] | length }}{{ messages[-99:99] | length }}{{ messages[:0] | length }}", "130")]
    [InlineData("  {%+ if true +%}\n a{% endif %}", "  \n a")]
    [InlineData("{{ ' a  b '.split() | join('-') }}{{ 'x' | default(none) }}{{ 'ab'.endswith('b') }}", "a-bxTrue")]
    [InlineData("{{ ['a', 1] | tojson }}{{ ['a', []] | tojson(indent=2) }}", "[\"a\", 1][\n  \"a\",\n  []\n]")]
    [InlineData("{% for m in messages %}{{ loop.index }}{% if loop.index == 2 %}{% break %}{% endif %}{% endfor %}", "12")]
    [InlineData("{% for m in messages %}{% if loop.index == 2 %}{% continue %}{% endif %}{{ loop.index }}{% endfor %}", "13")]
    [InlineData("{{ 4 is divisibleby 2 }}{{ 3 is odd }}{{ 3 is even }}{{ 'a' is eq 'a' }}{{ 2 is ne 2 }}{{ 'hELLO' | capitalize }}", "TrueTrueFalseTrueFalseHello")]
    [InlineData("{{ ['a', 'b'] | map('upper') | join }}{{ ['ab'] | map('replace', 'a', 'c') | first }}", "ABcb")]
    [InlineData("{{ 'xyx'.count('x') }}{{ 'a👍b'.find('b') }}{{ 'ab'.find('c') }}{{ 'abc'.removeprefix('a').removesuffix('c') }}", "22-1b")]
    [InlineData("{{ 'a\r\nb\n'.splitlines() | join('|') }}{{ {'a': 1}.keys() | join }}{{ {'a': 1}.values() | join }}", "a|ba1")]
    [InlineData("{{ [1, 1, 2] | unique | join }}{{ 'abc' | reverse }}{{ ['', 'a'] | select | join }}{{ [1, 2, 3] | reject('odd') | join }}", "12cbaa2")]
    [InlineData("{{ [{'f': {'n': 'x'}}, {}] | map(attribute='f.n', default='y') | join }}{{ none_such | items | list | length }}", "xy0")]
    [InlineData("{% macro f(a, b=none) %}{{ a is defined }}{{ b is none }}{% endmacro %}{{ f() }}{{ f(1, 2) }}", "FalseTrueTrueFalse")]
    [InlineData("{% for a in [1] %}{% for b in [1, 2] %}{% break %}{% endfor %}x{% endfor %}{{ range(5, 0, -2) | join }}{{ range(0) | length }}", "x5310")]
    [InlineData("{{ \"they're a-b\" | title }}{{ \"they're\".title() }}{{ 1 is in [1, 2] }}{{ 3 is gt 2 }}{{ 'x' | safe }}", "They're A-BThey'ReTrueTruex")]
    [InlineData("{{ 'a' if false }}|{{ not 1 == 2 }}|{{ 1 is number and 'a' is string and messages is iterable }}", "|True|True")]
    public void Render_WhereReferencesDiffer_FollowsPython(string template, string expected) =>
        Assert.Equal(expected, Render(template, [new("user", "hello"), new("assistant", "hi"), new("user", "you")]));

    private static void Compare(IEnumerable<(string Template, ChatMessage[] Messages, bool Generate)> cases, double mostFail)
    {
        var all = cases.ToArray();
        var reference = NpmReference.Ask<Answer[]>("render.mjs", new()
        {
            ["cases"] = all.Select(one => new
            {
                template = one.Template,
                variables = new
                {
                    messages = one.Messages.Select(m => new { role = m.Role, content = m.Content }),
                    add_generation_prompt = one.Generate,
                    bos_token = "<s>",
                    eos_token = "</s>",
                    tools = (object?)null,
                },
            }),
        });
        Assert.InRange(reference.Count(answer => answer.Error is not null), 0, mostFail * all.Length);
        for (int i = 0; i < all.Length; i++)
        {
            var (template, messages, generate) = all[i];
            if (reference[i].Error is { } error)
            {
                var rejected = Assert.Throws<ChatTemplateException>(() => Render(template, messages, generate));
                Assert.True(rejected.RejectedByTemplate);
                Assert.EndsWith(error, rejected.Message, StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal(reference[i].Text, Render(template, messages, generate));
            }
        }
    }

    private static string Render(string template, ChatMessage[] messages, bool generate = true) =>
        ChatTemplate.Parse(template, Tokens).Render(messages, generate);

    private static ChatMessage[] Conversation(Random random, RandomText texts)
    {
        List<ChatMessage> messages = [];
        if (random.Next(3) == 0)
        {
            messages.Add(new ChatMessage("system", "Be " + texts.Next()));
        }

        int turns = random.Next(1, 6);
        for (int turn = 0; turn < turns; turn++)
        {
            string role = random.Next(20) == 0 ? "tool" : turn % 2 == 0 ? "user" : "assistant";
            string text = random.Next(6) switch { 0 => $"<think>\n{texts.Next()}</think>\n\n{texts.Next()}", 1 => $"  {texts.Next()} \n", _ => texts.Next() };
            messages.Add(new ChatMessage(role, text));
        }

        return [.. messages];
    }

    private sealed record Answer(string? Text, string? Error);
}
