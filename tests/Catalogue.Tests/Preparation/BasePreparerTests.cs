using System.Text.Json;
using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests.Preparation;

/// <summary>A base whose text would take a host down is refused when it is prepared, by name and in one sentence.</summary>
public sealed class BasePreparerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _told = [];

    public BasePreparerTests()
    {
        Directory.CreateDirectory(_folder["out"]);
        RandomCheckpoint.Write(_folder["base"], RandomCheckpoint.Shape);
    }

    public static TheoryData<string, string> Templates => new()
    {
        { "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "steps" },
        {
            "{% set ns = namespace(s='aaaaaaaa', l=[]) %}{% for i in range(20) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{% for i in range(400) %}{% set ns.l = ns.l + [ns.s ~ i] %}{% endfor %}",
            "bytes"
        },
    };

    [Theory]
    [MemberData(nameof(Templates))]
    public void Prepare_TemplateThatCostsWithoutEnd_IsRefusedByName(string template, string limit)
    {
        File.WriteAllText(_folder["base/tokenizer_config.json"], JsonSerializer.Serialize(new { chat_template = template }));

        var refused = Assert.Throws<CatalogueException>(Prepare);

        Assert.StartsWith("base small: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(limit, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    /// <summary>Prompts need none, so its base is prepared all the same.</summary>
    [Theory]
    [InlineData("{% block a %}{% endblock %}", "line 1, column 4: the statement {% block %} is not supported")]
    [InlineData("{% if %}", "line 1")]
    [InlineData("\n{{ x | xmlattr }}", "line 2, column 8: the filter |xmlattr is not supported")]
    public void Prepare_TemplateThatCannotBeRead_IsNamedAndCostsChatAlone(string template, string problem) => CostsChatAlone(template, problem);

    [Fact]
    public void Prepare_TemplateNestedTooDeep_IsNamedAndCostsChatAlone()
    {
        CostsChatAlone("{{ " + string.Join(" ~ ", Enumerable.Repeat("1", 100_000)) + " }}", "nested deeper than 100");
        CostsChatAlone("{{ ''" + string.Concat(Enumerable.Repeat("|trim", 100_000)) + " }}", "nested deeper than 100");
    }

    /// <summary>It may be made for conversations that the probe does not have.</summary>
    [Theory]
    [InlineData("{{ raise_exception('no') }}")]
    [InlineData("{{ messages[0].tool.name }}")]
    [InlineData("{{ messages[0].content }}")]
    public void Prepare_TemplateThatRefusesOrFails_IsTaken(string template)
    {
        File.WriteAllText(_folder["base/tokenizer_config.json"], JsonSerializer.Serialize(new { chat_template = template }));

        Prepare();
    }

    public void Dispose() => _folder.Dispose();

    private void CostsChatAlone(string template, string problem)
    {
        File.WriteAllText(_folder["base/tokenizer_config.json"], JsonSerializer.Serialize(new { chat_template = template }));

        Prepare();

        string line = Assert.Single(_told, told => told.Contains("chat template", StringComparison.Ordinal));
        Assert.StartsWith("base small takes prompts only, as its chat template can't be used: ", line, StringComparison.Ordinal);
        Assert.Contains(problem, line, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.Path, line, StringComparison.Ordinal);
        _told.Clear();
    }

    private void Prepare() =>
        new BasePreparer(_folder["cache"], new CacheUse(_folder["cache"]), new FolderPublisher(_folder["out"], _ => { }), _told.Add).Prepare(new BaseEntry("small", _folder["base"]));
}
