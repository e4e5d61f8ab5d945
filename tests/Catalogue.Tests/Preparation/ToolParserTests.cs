using System.Text.Json;
using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests.Preparation;

/// <summary>Who reads calls of tools in a base's answers shows when the base is prepared.</summary>
public sealed class ToolParserTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ToolParserTests() => RandomCheckpoint.Write(_folder["base"], RandomCheckpoint.Shape);

    [Theory]
    [InlineData("{% if tools %}{{ tools | tojson }}<tool_call>{% endif %}", "", "hermes")]
    [InlineData("{% if tools %}{{ tools | tojson }}[TOOL_CALLS]{% endif %}", "", "mistral")]
    [InlineData("{% if tools %}{{ tools | tojson }}<tool_call>{% endif %}", ", tool_parser: my-own", "my-own")]
    [InlineData("{% if tools %}{{ tools | tojson }}{% endif %}", "", null)]
    [InlineData("{{ messages[0].content }}<tool_call>", "", null)]
    public void Prepare_Template_ShowsItByItsMarks(string template, string own, string? expected)
    {
        File.WriteAllText(_folder["base/tokenizer_config.json"], JsonSerializer.Serialize(new { chat_template = template }));
        File.WriteAllText(_folder["experts.yaml"], $"bases: [{{name: small, path: base{own}}}]");

        new CataloguePreparer(_folder["cache"], _folder["out"], _ => { }).Prepare(_folder["experts.yaml"], TestContext.Current.CancellationToken);

        Assert.Equal(expected, Assert.Single(PreparedCatalogue.Load(_folder["out"]).Bases).ToolParser);
        Assert.Equal(expected is not null, File.ReadAllText(_folder["out/prepared.json"]).Contains("toolParser", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();
}
