using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.ExpertHost.Tests.Support;

namespace ExpertCluster.ExpertHost.Tests.Gating;

public sealed class TokenGatesTests(SmallModels models)
{
    [Fact]
    public async Task Enter_OneBase_IsOneScorerThatKnowsItsExperts()
    {
        await using var host = new HostParts(models);

        var gate = (await host.Gates.EnterAsync(SmallModels.Base, ""))!;

        Assert.Same(gate, await host.Gates.EnterAsync(SmallModels.Base, host.Catalogue.Current.GateRevision));
        Assert.True(gate.Value.ClassOf("law") >= 0 && gate.Value.ClassOf("tax") >= 0 && gate.Value.ClassOf("law") != gate.Value.ClassOf("tax"));
        Assert.True(gate.Value.ClassOf("poems") < 0);
        float[] scores = new float[gate.Value.Classes * 2];
        gate.Value.Score(new int[gate.Value.Window * 2], 2, scores);
        Assert.Equal(2, scores.Sum(), 3);
    }

    [Fact]
    public async Task Enter_BaseWithoutAGate_IsNone()
    {
        await using var host = new HostParts(models, models.CatalogueOf(SmallModels.Alone("bare")));

        Assert.Null(await host.Gates.EnterAsync("bare", ""));
    }

    [Fact]
    public async Task Enter_CatalogueWithoutGates_IsNone()
    {
        await using var host = new HostParts(models, models.Catalogue with { Gates = null });

        Assert.Null(await host.Gates.EnterAsync(SmallModels.Base, ""));
    }

    [Fact]
    public async Task Enter_RevisionThatNoRecentCatalogueHas_IsUnknown()
    {
        await using var host = new HostParts(models);

        await Assert.ThrowsAsync<KeyNotFoundException>(() => host.Gates.EnterAsync(SmallModels.Base, "0123"));
    }

    [Fact]
    public async Task Enter_GateOfAnEarlierCatalogue_StaysUntilTheLastWhoUsesIt()
    {
        await using var host = new HostParts(models);
        string first = host.Catalogue.Current.GateRevision;
        var used = (await host.Gates.EnterAsync(SmallModels.Base, first))!;

        host.Catalogue.Swap(new CatalogueSnapshot(2, models.Catalogue with { Gates = null }));
        Assert.Same(used, await host.Gates.EnterAsync(SmallModels.Base, first));
        used.Leave();
        for (int version = 3; version < 3 + CatalogueHistory.Kept; version++)
        {
            host.Catalogue.Swap(new CatalogueSnapshot(version, models.Catalogue with { Gates = null }));
        }

        await Assert.ThrowsAsync<KeyNotFoundException>(() => host.Gates.EnterAsync(SmallModels.Base, first));
        used.Value.Score(new int[used.Value.Window], 1, new float[used.Value.Classes]);
    }

    [Fact]
    public async Task Enter_GateThatIsAwayForNow_IsTriedAnewAndItsFilesStayWithIt()
    {
        var content = new FakeContent { Failure = new ContentException("the server is away") { RetryHelps = true } };
        await using (var host = new HostParts(models, content: content))
        {
            await Assert.ThrowsAsync<ContentException>(() => host.Gates.EnterAsync(SmallModels.Base, ""));
            content.Failure = null;

            (await host.Gates.EnterAsync(SmallModels.Base, ""))!.Leave();
            Assert.Equal(1, content.Held);
        }

        Assert.Equal(0, content.Held);
    }

    [Fact]
    public async Task Enter_GateThatIsNotWhatWasPrepared_IsTold()
    {
        var gates = models.Gates with { Root = models.Path + "-elsewhere" };
        await using var host = new HostParts(models, models.Catalogue with { Gates = gates });

        await Assert.ThrowsAsync<CatalogueException>(() => host.Gates.EnterAsync(SmallModels.Base, ""));
    }
}
