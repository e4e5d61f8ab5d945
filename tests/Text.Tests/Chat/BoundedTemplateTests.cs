using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Chat.Diagnostics;
using ExpertCluster.Text.Chat.Evaluation;

namespace ExpertCluster.Text.Tests.Chat;

/// <summary>No template and no conversation overflows the stack, takes memory without end, or can't be stopped.</summary>
public sealed class BoundedTemplateTests
{
    /// <summary>A set of texts of a million characters that are all kept; other ways to make one stand in its place.</summary>
    private const string Kept = "{% set ns = namespace(s=' aaaaaaa', l=[]) %}{% for i in range(17) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}";

    [Theory]
    [InlineData("1", " ~ 1")]
    [InlineData("1", " + 1")]
    [InlineData("1", " - 1")]
    [InlineData("1", " * 1")]
    [InlineData("1", " // 1")]
    [InlineData("1", " % 1")]
    [InlineData("1", " and 1")]
    [InlineData("1", " or 1")]
    [InlineData("1", " if 1")]
    [InlineData("1", " if 1 else 1")]
    [InlineData("x", ".b")]
    [InlineData("x", "[0]")]
    [InlineData("x", "[1:]")]
    [InlineData("''", ".strip()")]
    [InlineData("''", "|trim")]
    [InlineData("''", "|default('')|trim")]
    [InlineData("1", " is defined")]
    [InlineData("1", " is not defined")]
    [InlineData("1 ~ 1", " + 1 ~ 1 and 1 ~ 1")]
    public void Parse_ChainOfAnyLength_IsRefusedWithItsPlace(string first, string next) =>
        AssertTooDeep($"a\n{{{{ {first}{Repeat(next)} }}}}");

    [Theory]
    [InlineData("(", "1", ")")]
    [InlineData("[", "1", "]")]
    [InlineData("{'a':", "1", "}")]
    [InlineData("(1,", "1", ")")]
    [InlineData("not ", "1", "")]
    [InlineData("-", "1", "")]
    [InlineData("+", "1", "")]
    [InlineData("- -", "1", "")]
    [InlineData("range(", "1", ")")]
    [InlineData("''|default(", "1", ")")]
    [InlineData("''.strip(", "1", ")")]
    [InlineData("x[", "1", "]")]
    [InlineData("1 if ", "1", " else 1")]
    [InlineData("1 == (", "1", ")")]
    [InlineData("1 is eq(", "1", ")")]
    [InlineData("1 is eq x[", "1", "]")]
    public void Parse_NestedExpressions_AreRefusedWithTheirPlace(string open, string middle, string close) =>
        AssertTooDeep($"a\n{{{{ {Repeat(open)}{middle}{Repeat(close)} }}}}");

    [Theory]
    [InlineData("{% if 1 %}", "{% endif %}")]
    [InlineData("{% if 0 %}{% else %}", "{% endif %}")]
    [InlineData("{% for a in [1] %}", "{% endfor %}")]
    [InlineData("{% for a in [] %}{% else %}", "{% endfor %}")]
    [InlineData("{% set a %}", "{% endset %}")]
    [InlineData("{% generation %}", "{% endgeneration %}")]
    public void Parse_NestedBlocks_AreRefusedWithTheirPlace(string open, string close) =>
        AssertTooDeep($"a\n{Repeat(open)}{Repeat(close)}");

    [Fact]
    public void Parse_ManyBranchesAndComparisons_AreNoDepth()
    {
        string branches = string.Concat(Enumerable.Range(0, 2000).Select(i => $"{{% elif messages == {i} %}}{i}"));

        Assert.Equal("end", Render($"{{% if 0 %}}{branches}{{% else %}}end{{% endif %}}"));
        Assert.Equal("True", Render($"{{{{ {string.Join(" < ", Enumerable.Range(0, 2000))} }}}}"));
    }

    /// <summary>Those that templates in use have, several times over.</summary>
    [Theory]
    [InlineData(" ~ ", 60)]
    [InlineData(" + ", 60)]
    public void Render_ChainsInUse_AreWritten(string glue, int length) =>
        Assert.Equal(new string('a', length), Render($"{{{{ {string.Join(glue, Enumerable.Repeat("'a'", length))} }}}}"));

    [Fact]
    public void Render_FiltersThatApplyEachOther_StopAtTheDepth()
    {
        string maps = string.Join(", ", Enumerable.Repeat("\"map\"", 5000));

        Assert.Contains($"{RenderBudget.DeepestRun}", Refusal($"{{{{ 'a'|map({maps})|list }}}}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Render_DeepestBlocksInMacros_FitTheSmallestStack()
    {
        string open = string.Concat(Enumerable.Repeat("{% if x %}", 60));
        string close = string.Concat(Enumerable.Repeat("{% endif %}", 60));
        string value = $"{string.Concat(Enumerable.Repeat("(", 30))}m(x){string.Concat(Enumerable.Repeat("|trim)", 30))}";
        var template = ChatTemplate.Parse($"{{% macro m(x) %}}{open}{{{{ {value} }}}}{close}{{% endmacro %}}{{{{ m(1) }}}}", new Dictionary<string, string>());
        ChatTemplateException? refused = null;

        // The smallest that .NET has anywhere, less what stands below a rendering.
        Thread thread = new(() => refused = Assert.Throws<ChatTemplateException>(() => template.Render([], addGenerationPrompt: false)), 1 << 20);
        thread.Start();
        thread.Join();

        Assert.NotNull(refused);
    }

    [Theory]
    [InlineData("ns.s ~ i")]
    [InlineData("ns.s + 'b'")]
    [InlineData("ns.s|trim")]
    [InlineData("ns.s.strip()")]
    [InlineData("ns.s|upper")]
    [InlineData("ns.s.title()")]
    [InlineData("ns.s|title")]
    [InlineData("ns.s|capitalize")]
    [InlineData("ns.s|replace('a', 'b')")]
    [InlineData("ns.s.removeprefix(' ')")]
    [InlineData("ns.s[1:]")]
    [InlineData("ns.s|reverse")]
    [InlineData("ns.s|list")]
    [InlineData("ns.s.split('a')")]
    [InlineData("ns.s.split()")]
    [InlineData("ns.s.splitlines()")]
    [InlineData("ns.s|indent(width=8, first=True)")]
    [InlineData("ns.s|tojson")]
    [InlineData("[ns.s, i]|join")]
    [InlineData("ns.s|map('upper')|list")]
    [InlineData("ns.s|unique")]
    [InlineData("range(100000)")]
    [InlineData("messages|list + range(100000)")]
    public void Render_TextsAndListsThatAreKept_TakeNoMoreThanTheirBytes(string value)
    {
        const long Bytes = 32 << 20;
        var template = ChatTemplate.Parse(
            Kept + $"{{% for i in range(100000) %}}{{% set ns.l = [ns.l, {value}] %}}{{% endfor %}}{{{{ ns.l|length }}}}", new Dictionary<string, string>());
        long before = GC.GetAllocatedBytesForCurrentThread();

        string refusal = Assert.Throws<ChatTemplateException>(
            () => template.Render([new ChatMessage("user", "hi")], false, TextLimits.Default with { Bytes = Bytes }, TestContext.Current.CancellationToken)).Message;

        Assert.True(
            refusal.Contains($"more than {Bytes} bytes", StringComparison.Ordinal) || refusal.Contains("steps", StringComparison.Ordinal), refusal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 3 * Bytes);
    }

    /// <summary>The case as it was found: 400 texts of 8 million characters.</summary>
    /// <summary>Scopes are memory too, and so are the numbers and arguments that expressions leave behind.</summary>
    [Theory]
    [InlineData("{% for a in range(1000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}")]
    [InlineData("{% macro f(a, b=1) %}{% endmacro %}{% for a in range(1000) %}{% for b in range(100) %}{{ f(a) }}{% endfor %}{% endfor %}")]
    [InlineData("{% for a in range(1000) %}{% for b in range(100) %}{% set x = [a + b, a * b] %}{% endfor %}{% endfor %}")]
    public void Render_TurnsAndSteps_AllocateNoMoreThanTheirBytes(string template)
    {
        var limits = TextLimits.Default with { Bytes = 4 << 20 };
        var parsed = ChatTemplate.Parse(template, new Dictionary<string, string>());
        long before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<ChatTemplateException>(() => parsed.Render([], addGenerationPrompt: false, limits, CancellationToken.None));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * limits.Bytes);
        Assert.True(error.PassesLimit, error.Message);
    }

    [Fact]
    public void Render_FourHundredLongTexts_StopAtTheBytes() => Assert.Contains(
        $"{TextLimits.Default.Bytes} bytes",
        Refusal(Kept.Replace("range(17)", "range(20)", StringComparison.Ordinal) + "{% for i in range(400) %}{% set ns.l = ns.l + [ns.s ~ i] %}{% endfor %}{{ ns.l|length }}"),
        StringComparison.Ordinal);

    [Fact]
    public void Render_BlocksThatAreSetWithinEachOther_StopAtTheBytes()
    {
        string open = string.Concat(Enumerable.Range(0, 90).Select(i => $"{{% set a{i} %}}{{{{ ns.s }}}}"));

        Assert.Contains("bytes", Refusal($"{Kept.Replace("range(17)", "range(20)", StringComparison.Ordinal)}{open}{string.Concat(Enumerable.Repeat("{% endset %}", 90))}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{% for a in range(10**9) %}{% endfor %}")]
    [InlineData("{% for a in range(1000000000) %}{% endfor %}")]
    [InlineData("{% for a in range(0, -1000000000000, -1) %}{% endfor %}")]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}")]
    [InlineData("{% for a in range(99999) if range(99999)|length < 0 %}{% endfor %}")]
    [InlineData("{{ 'a' * 1000000000 }}")]
    [InlineData("{{ ''|indent(1000000000) }}")]
    [InlineData("{% set ns = namespace(l=[1]) %}{% for i in range(99) %}{% set ns.l = ns.l + ns.l %}{% endfor %}")]
    [InlineData("{% set ns = namespace(l=[1]) %}{% for i in range(99) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l == [ns.l[0], ns.l[1]] }}")]
    [InlineData("{% set ns = namespace(l=[1]) %}{% for i in range(99) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l|tojson }}")]
    [InlineData("{% set ns = namespace(l={'a': 1}) %}{% for i in range(99) %}{% set ns.l = {'a': ns.l, 'b': ns.l} %}{% endfor %}{{ ns.l|tojson(indent=16) }}")]
    public void Render_WorkWithoutEnd_IsRefused(string template) => Refusal(template);

    /// <summary>Each compares nearly all of one text at each place of another one.</summary>
    [Theory]
    [InlineData("{{ ns.part in ns.s }}")]
    [InlineData("{{ ns.s.find(ns.part) }}")]
    [InlineData("{{ ns.s.count(ns.part) }}")]
    [InlineData("{{ ns.s.split(ns.part)|length }}")]
    [InlineData("{{ ns.s|replace(ns.part, '') }}")]
    [InlineData("{{ ns.s.strip(ns.chars) }}")]
    [InlineData("{% for i in range(9999) %}{% if ns.s == ns.t %}{% endif %}{% endfor %}")]
    [InlineData("{% for i in range(9999) %}{% if ns.s < ns.t %}{% endif %}{% endfor %}")]
    public void Render_SearchForALongText_CountsWhatItCompares(string template)
    {
        const string Texts = "{% set ns = namespace(s='aaaaaaaa', t='aaaaaaaa') %}{% for i in range(20) %}{% set ns.s = ns.s ~ ns.s %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}"
            + "{% set ns.part = ns.s[:1000000] ~ 'b' ~ ns.s[:1000000] %}{% set ns.chars = ns.part[999999:] ~ 'a' %}";

        Assert.Contains("steps", Refusal(Texts.Replace("[:1000000]", "[:999999]", StringComparison.Ordinal) + template), StringComparison.Ordinal);
    }

    [Fact]
    public void Render_CancelledWithin_Stops()
    {
        using var cancellation = new CancellationTokenSource();
        var template = ChatTemplate.Parse("{% for m in messages %}{% for a in range(99999) %}{% endfor %}{% endfor %}", new Dictionary<string, string>());
        cancellation.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => template.Render([new ChatMessage("user", "hi")], false, cancellation.Token));
    }

    /// <summary>As often as the template's length allows.</summary>
    private static string Repeat(string text) => string.Concat(Enumerable.Repeat(text, text.Length == 0 ? 0 : Math.Min(100_000, 500_000 / text.Length)));

    private static void AssertTooDeep(string template)
    {
        var refused = Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse(template, new Dictionary<string, string>()));

        Assert.Contains("nested deeper than 100", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, refused.Line);
        Assert.InRange(refused.Column, 100, 5000);
    }

    private static string Refusal(string template) => Assert.Throws<ChatTemplateException>(() => Render(template)).Message;

    private static string Render(string template) =>
        ChatTemplate.Parse(template, new Dictionary<string, string>()).Render([new ChatMessage("user", "hi")], false, TestContext.Current.CancellationToken);
}
