using System.Text;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Fuzz.Grammars;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>A chat template: read, then rendered for conversations.</summary>
internal sealed class TemplateTarget : FuzzTarget
{
    private const long MostBytes = 4 << 20;

    private static readonly TextLimits Limits = TextLimits.Default with { Bytes = MostBytes };

    private static readonly Dictionary<string, string> Tokens = new() { ["bos_token"] = "<s>", ["eos_token"] = "</s>" };

    private static readonly ChatMessage[] Conversation =
        [new("system", "Be brief."), new("user", "Who pays? \U0001F600 e\u0301 'a' {{ x }}\n"), new("assistant", ""), new("user", new string('a', 200))];

    private static readonly string[] Seed =
    [
        "{{ bos_token }}{% for m in messages %}{{ '<|' + m['role'] + '|>' + m['content'] + '<|end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}",
        "{%- if messages[0].role == 'system' %}{% set x = messages[0].content|trim %}{% set y = messages[1:] %}{% else %}{% set y = messages %}{% endif %}{% for m in y %}{% if loop.first and x is defined %}{{ x }}{% endif %}{{ m.role|upper ~ loop.index }}{% endfor %}",
        "{% set ns = namespace(a=0, b='x') %}{% for m in messages if m.role != 'system' %}{% set ns.a = ns.a + 1 %}{{ ns.a }}{% else %}none{% endfor %}{{ ns|string }}",
        "{% macro f(x, y='z') %}{{ x }}{{ y|default('d', true) }}{% endmacro %}{{ f('a') }}{{ f(y=1, x=[1, 2]|join(', ')) }}{{ {'a': 1, 'b': [true, none]}|tojson(indent=2) }}",
        "{{ raise_exception('no') if messages|length > 9 else messages|map(attribute='role')|list|join }}{{ messages|selectattr('role', 'equalto', 'user')|list|length }}{{ range(3)|list }}",
        "{{ 'a,b'.split(',')[-1] }}{{ 'abc'[::-1] }}{{ 'x'.replace('x', 'yy').strip().startswith('y') }}{{ (1 + 2) * 3 // 2 % 4 }}{{ not 1 in [1, 2] }}{{ 'a' < 'b' <= 'c' }}",
    ];

    public override string Name => "template";

    public override int Executions => 12000;

    public override int LongestInput => 1 << 15;

    /// <summary>
    /// Lexer and tree, then what rendering may. A text that is put together piece by piece is counted once and made up to three times: its builder's pieces, which
    /// grow, and the text.
    /// </summary>
    public override long MostAllocated(int length) => (1L << 20) + (300L * length) + (3 * MostBytes);

    public override IReadOnlyList<string> Words =>
    [
        "{{", "}}", "{%", "%}", "{%-", "-%}", "{#", "#}", " for ", " in ", " if ", " else ", "endif", "endfor", " set ", "endset", "macro", "endmacro", "loop.", "messages", "[", "]", "(", ")", "|", "~", "+", "*", "//", "%",
        " is ", " not ", " and ", " or ", ".items()", "namespace(", "range(", "raise_exception(", "tojson", "join", "map", "selectattr", "'", "\"", "\\", "true", "none", "**", "*args", "content", "role", "break", "continue",
        ".split(", ".replace(", "9223372036854775807", "-9223372036854775808", "generation", "recursive", "indent(", "caller", "strftime_now(",
    ];

    public override IEnumerable<byte[]> Seeds() => Seed.Select(Encoding.UTF8.GetBytes);

    public override byte[] Generate(Random random) => new TemplateGrammar(random).Make();

    public override Outcome Run(byte[] input)
    {
        try
        {
            var template = ChatTemplate.Parse(Encoding.UTF8.GetString(input), Tokens);
            template.Render(Conversation, addGenerationPrompt: true, Limits, CancellationToken.None);
            return Outcome.Taken;
        }
        catch (ChatTemplateException refused)
        {
            // What a template raises itself is its author's word; the rest is ours.
            return refused.PassesLimit ? Outcome.Limited(refused.Message) : Outcome.Refused(refused.Message);
        }
    }
}
