using System.Text.Json;
using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests.Preparation;

/// <summary>A base whose text would take a host down is refused when it is prepared, by name and in one sentence.</summary>
public sealed class BasePreparerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public BasePreparerTests()
    {
        Directory.CreateDirectory(_folder["out"]);
        RandomCheckpoint.Write(_folder["base"], RandomCheckpoint.Shape);
    }

    public static TheoryData<string, string> Templates => new()
    {
        { "{{ " + string.Join(" ~ ", Enumerable.Repeat("1", 100_000)) + " }}", "nested deeper than 100" },
        { "{{ ''" + string.Concat(Enumerable.Repeat("|trim", 100_000)) + " }}", "nested deeper than 100" },
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

    private void Prepare() =>
        new BasePreparer(_folder["cache"], new CacheUse(_folder["cache"]), new FolderPublisher(_folder["out"], _ => { }), _ => { }).Prepare(new BaseEntry("small", _folder["base"]));
}
