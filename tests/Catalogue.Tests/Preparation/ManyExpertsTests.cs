using System.Text;
using System.Text.Json.Nodes;
using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Gating;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests.Preparation;

/// <summary>A catalogue with more experts than a token gate tells apart, and one more.</summary>
public sealed class ManyExpertsTests : IDisposable
{
    private const int Many = GateLimits.TokenGateExperts + 4;

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _progress = [];

    public ManyExpertsTests()
    {
        RandomCheckpoint.Write(_folder["base"], RandomCheckpoint.Shape);
        RandomAdapter.Write(_folder["adapter"], RandomCheckpoint.Shape);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Prepare_MoreExpertsThanATokenGateTellsApart_HasARequestGateAlone()
    {
        var prepared = Prepare(Many);

        Assert.False(prepared.Bases[0].HasTokenGate);
        Assert.DoesNotContain(prepared.Gates!.Files, f => f.Name.StartsWith("token/", StringComparison.Ordinal));
        Assert.Contains($"base small has {Many} experts that the gate learns; a token gate tells apart at most 256, so it gets none, and its plans are of request scope", _progress);
        AssertKnows(prepared, Many);
    }

    [Fact]
    public void Prepare_OneExpertMore_IsLearnedBesideTheOthers()
    {
        var before = Prepare(Many);
        var after = Prepare(Many + 1);

        Assert.Contains($"training the gates of {Many + 1} experts, of which earlier gates know {Many}", _progress);
        Assert.NotEqual(before.Gates!.Path, after.Gates!.Path);
        Assert.Equal(1, (int)JsonNode.Parse(File.ReadAllText(Path.Combine(after.Gates.Location, "request/gate.json")))!["learned_beside"]!);
        AssertKnows(after, Many + 1);
    }

    /// <summary>`up` has a folder of its own, and the same cache.</summary>
    [Fact]
    public void Prepare_TheSameIntoAnotherFolderByAKeeper_TrainsNothing()
    {
        Prepare(Many);
        _progress.Clear();

        new CatalogueKeeper(
            _folder["experts.yaml"], new CataloguePreparer(_folder["cache"], _folder["up"], _progress.Add), new SpecFolders([_folder.Path], _folder["cache/examples"]), null, TimeProvider.System)
            .Prepare(DesiredState.Empty, isFileNew: true, _cancellation);

        Assert.DoesNotContain(_progress, line => line.Contains("training", StringComparison.Ordinal));
        Assert.Equal(PreparedCatalogue.Load(_folder["out"]).Gates!.Path, PreparedCatalogue.Load(_folder["up"]).Gates!.Path);
    }

    private static void AssertKnows(PreparedCatalogue prepared, int experts)
    {
        using var gate = RequestGate.Load(prepared.Gates!.Check("the request gate", "request/"));
        Assert.All(((int[])[0, 100, experts - 1]), i => Assert.Equal($"expert-{i}", gate.Score($"Say more about {WordOf(i)}, please.").Ranked[0].Name));
    }

    private static string WordOf(int expert) => string.Concat($"{(expert + 11) * 7919 % 100_003}".Select(digit => "babecodufigohajekulemi".AsSpan((digit - '0') * 2, 2).ToString()));

    private PreparedCatalogue Prepare(int experts)
    {
        StringBuilder yaml = new($"bases:\n- name: small\n  path: {_folder["base"]}\nexperts:\n");
        for (int i = 0; i < experts; i++)
        {
            yaml.Append($"- name: expert-{i}\n  base: small\n  adapter: {_folder["adapter"]}\n  keywords: [{WordOf(i)}]\n");
        }

        File.WriteAllText(_folder["experts.yaml"], yaml.ToString());
        new CataloguePreparer(_folder["cache"], _folder["out"], _progress.Add).Prepare(_folder["experts.yaml"], _cancellation);
        return PreparedCatalogue.Load(_folder["out"]);
    }
}
