using System.Text.Json;
using ExpertCluster.TestSupport;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Chat.Diagnostics;
using ExpertCluster.Text.Chat.Evaluation;

namespace ExpertCluster.Text.Tests.Chat;

public sealed class ChatTemplateTests
{
    [Fact]
    public void LoadFrom_Demo_RendersItsShape()
    {
        var template = ChatTemplate.LoadFrom(
            RepositoryRoot.Combine("models", "demo", "base", "tokenizer_config.json"));

        Assert.NotNull(template);
        Assert.Equal(
            "<|bos|><|user|>hello<|end|><|assistant|>", template.Render([new ChatMessage("user", "hello")], addGenerationPrompt: true));
    }

    [Theory(Timeout = 10_000)]
    [InlineData("tokenizer_config.json", "fifo", "is no regular file but a FIFO")]
    [InlineData("tokenizer_config.json", "device", "is no regular file but a device")]
    [InlineData("chat_template.jinja", "fifo", "is no regular file but a FIFO")]
    [InlineData("chat_template.jinja", "folder", "is no regular file but a folder")]
    [InlineData("chat_template.jinja", "device", "is no regular file but a device")]
    public Task LoadFrom_NoFileInItsPlace_IsRefused(string file, string kind, string problem) => Task.Run(() =>
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["tokenizer_config.json"], "{}");
        SpecialFile.Put(folder[file], kind);

        var error = Assert.Throws<ChatTemplateException>(() => ChatTemplate.LoadFrom(folder["tokenizer_config.json"]));

        Assert.EndsWith($"{folder[file]} {problem}", error.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void LoadFrom_NoTemplate_IsNull() => Assert.Null(ChatTemplate.LoadFrom(Config("none", new { eos_token = "</s>" })));

    [Fact]
    public void LoadFrom_SeveralTemplates_TakesTheDefault()
    {
        var template = ChatTemplate.LoadFrom(Config("several", new
        {
            bos_token = new { content = "<s>", lstrip = false },
            chat_template = new[] { new { name = "tools", template = "t" }, new { name = "default", template = "{{ bos_token }}d" } },
        }));

        Assert.Equal("<s>d", template!.Render([], addGenerationPrompt: false));
    }

    [Fact]
    public void LoadFrom_TemplateFileBeside_GoesFirst()
    {
        string config = Config("beside", new { eos_token = "</s>", chat_template = "config" });
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(config)!, "chat_template.jinja"), "file{{ eos_token }}");

        Assert.Equal("file</s>", ChatTemplate.LoadFrom(config)!.Render([], addGenerationPrompt: false));
    }

    [Theory]
    [InlineData("{\"chat_template\": 5}")]
    [InlineData("{\"chat_template\": []}")]
    [InlineData("{\"chat_template\": \"x\", \"bos_token\": 5}")]
    [InlineData("[]")]
    [InlineData("{")]
    public void LoadFrom_Malformed_NamesTheFile(string json)
    {
        string path = Path.Combine(Folder("malformed"), "tokenizer_config.json");
        File.WriteAllText(path, json);

        Assert.Contains(path, Assert.Throws<ChatTemplateException>(() => ChatTemplate.LoadFrom(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{% include 'x' %}", "{% include %}", 4)]
    [InlineData("{% block a %}{% endblock %}", "{% block %}", 4)]
    [InlineData("{% do x %}", "{% do %}", 4)]
    [InlineData("{% call f() %}{% endcall %}", "the function f()", 9)]
    [InlineData("{% filter xmlattr %}{% endfilter %}", "the filter |xmlattr", 11)]
    [InlineData("{% set a | urlize %}{% endset %}", "the filter |urlize", 12)]
    [InlineData("{% break %}", "{% break %}", 4)]
    [InlineData("{% macro f() %}{% continue %}{% endmacro %}", "{% continue %}", 19)]
    [InlineData("{% for a in x %}{% macro f() %}{% break %}{% endmacro %}{% endfor %}", "{% break %}", 35)]
    [InlineData("{% for a in x recursive %}{% endfor %}", "{% for ... recursive %}", 15)]
    [InlineData("{% for a in x %}{{ loop(x) }}{% endfor %}", "a recursive loop()", 20)]
    [InlineData("{{ x | random }}", "the filter |random", 8)]
    [InlineData("{{ x | map('random') }}", "|map with the filter \"random\"", 8)]
    [InlineData("{{ x | rejectattr('a', 'nonsense', 1) }}", "|rejectattr with the test \"nonsense\"", 8)]
    [InlineData("{{ x is nonsense 2 }}", "is nonsense", 9)]
    [InlineData("{{ x.append(1) }}", "the method .append()", 6)]
    [InlineData("{{ lipsum(3) }}", "the function lipsum()", 4)]
    [InlineData("{{ dict(*x) }}", "an argument behind *", 9)]
    [InlineData("{{ '\\N{DASH}' }}", "the escape \\N", 5)]
    [InlineData("{{ x.y()() }}", "the method .y()", 6)]
    public void Parse_Unsupported_IsRefusedByNameAndPlace(string template, string construct, int column)
    {
        var refused = Assert.Throws<ChatTemplateException>(() => Parse("line\n" + template));

        Assert.Contains($"{construct}", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("is not supported", refused.Message, StringComparison.Ordinal);
        Assert.Equal((2, column), (refused.Line, refused.Column));
    }

    [Theory]
    [InlineData("{{ x")]
    [InlineData("{{ 'x }}")]
    [InlineData("{# x")]
    [InlineData("{% if x %}")]
    [InlineData("{% if x %}{% endfor %}")]
    [InlineData("{% endif %}")]
    [InlineData("{{ }}")]
    [InlineData("{{ x y }}")]
    [InlineData("{{ x[ }}")]
    [InlineData("{{ not }}")]
    [InlineData("{{ a == }}")]
    [InlineData("{%")]
    [InlineData("{{ 99999999999999999999 }}")]
    [InlineData("{% macro f %}{% endmacro %}")]
    [InlineData("{% macro f(a b) %}{% endmacro %}")]
    [InlineData("{% generation %}")]
    [InlineData("{% endset %}")]
    [InlineData("{{ {'a' 1} }}")]
    [InlineData("{{ ) }}")]
    public void Parse_Malformed_SaysWhere(string template) =>
        Assert.Equal(1, Assert.Throws<ChatTemplateException>(() => Parse(template)).Line);

    [Theory]
    [InlineData("(", ")")]
    [InlineData("not ", "")]
    [InlineData("-", "")]
    [InlineData("[", "]")]
    public void Parse_EndlessNesting_IsRefused(string open, string close)
    {
        string nested = string.Concat(Enumerable.Repeat(open, 20_000)) + "1" + string.Concat(Enumerable.Repeat(close, 20_000));

        Assert.Contains("nested deeper", Assert.Throws<ChatTemplateException>(() => Parse($"{{{{ {nested} }}}}")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ missing.member }}", "missing is undefined")]
    [InlineData("{{ 'a' + missing }}", "undefined (missing)")]
    [InlineData("{{ 'a' + 1 }}", "a string + a number")]
    [InlineData("{{ 1 // 0 }}", "1 // 0")]
    [InlineData("{{ 'a' < 1 }}", "cannot order")]
    [InlineData("{% set messages.x = 1 %}", "no namespace()")]
    [InlineData("{{ strftime_now('%Q') }}", "does not know %Q")]
    [InlineData("{{ f() }}{% macro f() %}{% endmacro %}", "f is undefined")]
    [InlineData("{% set f = 1 %}{{ f() }}", "can't be called")]
    [InlineData("{{ x.strip() }}", "x is undefined")]
    [InlineData("{{ none | length }}", "needs a string, list or mapping, not none")]
    [InlineData("{{ x | int }}", "x is undefined")]
    [InlineData("{{ 1.5 // 0 }}", "1.5 // 0")]
    [InlineData("{{ 'ab' * 100000000 }}", "characters or items")]
    [InlineData("{% set a, b = [1] %}", "2 variables")]
    [InlineData("{% for a, b in [[1, 2, 3]] %}{% endfor %}", "2 variables")]
    [InlineData("{{ {1: 2} }}", "a key is a number")]
    [InlineData("{{ range(1000000000) | length }}", "100000 numbers")]
    [InlineData("{{ range(1, 2, 0) | length }}", "a step that is not 0")]
    [InlineData("{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}", "deep")]
    [InlineData("{% macro f(x) %}{{ x }}{% endmacro %}{{ f(1, 2) }}", "at most 1")]
    [InlineData("{{ 3 is divisibleby 0 }}", "numbers")]
    [InlineData("{{ 'a'.items() }}", "no method of a string")]
    public void Render_Impossible_SaysWhy(string template, string problem)
    {
        var failed = Assert.Throws<ChatTemplateException>(() => Parse(template).Render([], addGenerationPrompt: false));

        Assert.Contains(problem, failed.Message, StringComparison.Ordinal);
        Assert.False(failed.RejectedByTemplate);
    }

    [Fact]
    public void Render_TextThatDoubles_StopsAtTheLimit()
    {
        var doubling = Parse("{% set ns = namespace(x='ab') %}{% for m in messages %}{% set ns.x = ns.x + ns.x %}{% endfor %}");

        var stopped = Assert.Throws<ChatTemplateException>(() => doubling.Render(Turns(64), addGenerationPrompt: false));

        Assert.Contains($"{RenderBudget.LongestText}", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_LoopsInLoops_StopAtTheLimit()
    {
        var loops = Parse("{% for a in messages %}{% for b in messages %}{% for c in messages %}{% endfor %}{% endfor %}{% endfor %}");

        var stopped = Assert.Throws<ChatTemplateException>(() => loops.Render(Turns(1000), addGenerationPrompt: false));

        Assert.Contains($"{RenderBudget.MostSteps}", stopped.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{% set ns = namespace(x=[]) %}{% for m in messages %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x | tojson }}")]
    [InlineData("{% set ns = namespace(x=[], y=[]) %}{% for m in messages %}{% set ns.x = [ns.x] %}{% set ns.y = [ns.y] %}{% endfor %}{{ ns.x == ns.y }}")]
    public void Render_ValuesNestedDeep_StopAtTheLimit(string template) =>
        Assert.Contains(
            "nested deeper",
            Assert.Throws<ChatTemplateException>(() => Parse(template).Render(Turns(5000), addGenerationPrompt: false)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Render_Cancelled_Stops()
    {
        var loops = Parse("{% for a in messages %}{% for b in messages %}x{% endfor %}{% endfor %}");

        Assert.Throws<OperationCanceledException>(
            () => loops.Render(Turns(1000), addGenerationPrompt: false, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Render_Rejection_IsMarkedAsTheTemplates()
    {
        var rejected = Assert.Throws<ChatTemplateException>(
            () => Parse("{{ raise_exception('no system role') }}").Render([], addGenerationPrompt: false));

        Assert.True(rejected.RejectedByTemplate);
        Assert.Contains("no system role", rejected.Message, StringComparison.Ordinal);
    }

    private static ChatTemplate Parse(string template) => ChatTemplate.Parse(template, new Dictionary<string, string>());

    private static ChatMessage[] Turns(int count) => [.. Enumerable.Repeat(new ChatMessage("user", "x"), count)];

    private static string Config(string name, object content)
    {
        string path = Path.Combine(Folder(name), "tokenizer_config.json");
        File.WriteAllText(path, JsonSerializer.Serialize(content));
        return path;
    }

    private static string Folder(string name) =>
        Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "chat-templates", name)).FullName;
}
