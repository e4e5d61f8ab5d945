using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests.Preparation;

/// <summary>Experts of somebody else, among others and alone: the gate learns them, and nothing else of them is prepared.</summary>
public sealed class RemoteExpertTests : IDisposable
{
    private const string Remote = "remote: {url: http://127.0.0.1:9/v1, model: theirs, key_variable: THEIR_KEY}";

    private readonly TemporaryFolder _folder = new();

    public RemoteExpertTests() => RandomCheckpoint.Write(_folder["base"], RandomCheckpoint.Shape);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Prepare_RemoteExperts_AreKnownToTheGateWhereTheyAreTaught()
    {
        var prepared = Prepare($$"""
            bases: [{name: small, path: base}]
            experts:
              - {name: cloud, {{Remote}}, keywords: [weather, storm, rain], cost: 4, labels: [residency=us]}
              - {name: quiet, {{Remote}}}
              - {name: general, base: small, keywords: [hello, thanks]}
            """);

        Assert.Equal(["cloud", "quiet"], prepared.Remotes!.Select(r => r.Name));
        Assert.Equal([true, false], prepared.Remotes!.Select(r => r.Gated));
        Assert.Equal((4.0, "residency=us", "THEIR_KEY"), (prepared.Remotes![0].Cost, prepared.Remotes[0].Labels.Single(), prepared.Remotes[0].Remote.KeyVariable));
        Assert.DoesNotContain(prepared.Experts, e => e.Name is "cloud" or "quiet");
        Assert.Equal("cloud", ChoiceOf(prepared, "Is there a storm, and rain?"));

        var snapshot = new CatalogueSnapshot(1, prepared);
        Assert.True(snapshot.HasExpert("quiet"));
        Assert.Equal(snapshot.FindRemote("cloud")!.Revision, snapshot.FindRemote("quiet")!.Revision);
    }

    [Fact]
    public void Prepare_RemoteExpertsAlone_LeaveWhatNobodyKnowsToTheBase()
    {
        var prepared = Prepare($$"""
            bases: [{name: small, path: base}]
            experts:
              - {name: cloud, {{Remote}}, keywords: [weather, storm, rain]}
            """);

        using var gate = RequestGate.Load(prepared.Gates!.Check("the request gate", "request/"));
        Assert.Equal("small", gate.Score("hello").Generalist);
        Assert.False(prepared.Bases.Single().HasTokenGate);
    }

    [Fact]
    public void Prepare_CatalogueWithout_SaysNothingOfThem()
    {
        Prepare("bases: [{name: small, path: base}]");

        Assert.DoesNotContain("remote", File.ReadAllText(_folder["out/prepared.json"]), StringComparison.OrdinalIgnoreCase);
    }

    private static string ChoiceOf(PreparedCatalogue prepared, string text)
    {
        using var gate = RequestGate.Load(prepared.Gates!.Check("the request gate", "request/"));
        return gate.Score(text).Ranked[0].Name;
    }

    private PreparedCatalogue Prepare(string catalogue)
    {
        File.WriteAllText(_folder["experts.yaml"], catalogue);
        new CataloguePreparer(_folder["cache"], _folder["out"], _ => { }).Prepare(_folder["experts.yaml"], TestContext.Current.CancellationToken);
        return PreparedCatalogue.Load(_folder["out"]);
    }
}
