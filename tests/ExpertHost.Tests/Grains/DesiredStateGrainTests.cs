using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Fabric.Grains;
using Orleans;
using Orleans.Runtime;

namespace ExpertCluster.ExpertHost.Tests.Grains;

/// <summary>Each test has a grain of its own: the key is only a name here.</summary>
public sealed class DesiredStateGrainTests(SmallCluster cluster) : IClassFixture<SmallCluster>
{
    [Fact(Timeout = 60_000)]
    public async Task Change_Expert_IsStoredAndThereAfterTheActivationIsGone()
    {
        var grain = Grain("stored");
        Assert.Equal((0, true), Read(await grain.GetAsync(-1)));

        var outcome = await ChangeAsync(grain, new ApplyExpert(Spec("poems")));

        Assert.Equal((1L, ""), (outcome.Version, outcome.FailureKind));
        Assert.Null((await grain.GetAsync(1)).Document);
        await cluster.Orleans.Client.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);
        var state = DesiredStateJson.ReadState((await grain.GetAsync(-1)).Document!);
        Assert.Equal((1, "poems"), (state.Version, Assert.Single(state.Experts.Keys)));
        Assert.Equal("apply", Assert.Single(state.Changes).What);
    }

    [Fact(Timeout = 60_000)]
    public async Task Change_Refused_SaysWhyAndChangesNothing()
    {
        var grain = Grain("refused");

        var outcome = await ChangeAsync(grain, new ApplyExpert(Spec("poems") with { Replicas = 99 }));

        Assert.Equal((0L, nameof(FailureKind.InvalidArgument), "replicas"), (outcome.Version, outcome.FailureKind, outcome.Field));
        Assert.Equal((0, true), Read(await grain.GetAsync(-1)));
        Assert.Equal(nameof(FailureKind.InvalidArgument), (await grain.ChangeAsync("{\"a newer\": \"version's\"}")).FailureKind);
    }

    [Fact(Timeout = 60_000)]
    public async Task Change_StoreIsDown_IsUnavailableAndTheNextOneCounts()
    {
        var grain = Grain("down");
        await ChangeAsync(grain, new DrainHost("a"));
        cluster.Store.IsDown = true;
        try
        {
            Assert.Equal(nameof(FailureKind.Unavailable), (await ChangeAsync(grain, new DrainHost("b"))).FailureKind);
        }
        finally
        {
            cluster.Store.IsDown = false;
        }

        DesiredOutcome outcome;
        while ((outcome = await TryChangeAsync(grain, new DrainHost("c"))).Version == 0)
        {
            // The activation that could not store goes in its own time.
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        Assert.Equal(2, outcome.Version);
        Assert.Equal(["a", "c"], DesiredStateJson.ReadState((await grain.GetAsync(-1)).Document!).DrainedHosts);
    }

    /// <summary>A router has told that the canary is served, and this host reads the catalogue a moment later.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Change_PromotesACanaryThatThisHostHearsOfInAMoment_WaitsForIt()
    {
        var grain = Grain("behind");
        await ChangeAsync(grain, new ApplyExpert(Spec("pilot")));
        Assert.Equal(nameof(FailureKind.Conflict), (await ChangeAsync(grain, new PromoteExpert("pilot"))).FailureKind);

        var promoted = ChangeAsync(grain, new PromoteExpert("pilot"));
        cluster.Change(WithPilot, desired: 1);

        Assert.Equal((2L, ""), ((await promoted).Version, (await promoted).FailureKind));

        static IEnumerable<PreparedExpert> WithPilot(IEnumerable<PreparedExpert> all)
        {
            var adapter = all.First(e => e.Name == "law").Adapter!;
            return [.. all, SmallModels.Expert("pilot", adapter) with { Canary = new PreparedVersion { Adapter = adapter } }];
        }
    }

    private static async Task<DesiredOutcome> TryChangeAsync(IDesiredStateGrain grain, DesiredChange change)
    {
        try
        {
            return await ChangeAsync(grain, change);
        }
        catch (OrleansException)
        {
            return new DesiredOutcome();
        }
    }

    private static Task<DesiredOutcome> ChangeAsync(IDesiredStateGrain grain, DesiredChange change) =>
        grain.ChangeAsync(DesiredStateJson.Write(new ChangeRequest(change, "ann", "", 0)));

    private static (long Version, bool IsEmpty) Read(DesiredDocument document) => (document.Version, DesiredStateJson.ReadState(document.Document!).Experts.IsEmpty);

    private static ExpertSpec Spec(string name) => new() { Name = name, Base = SmallModels.Base, Adapter = "hf://org/poems" };

    private IDesiredStateGrain Grain(string key) => cluster.Orleans.Client.GetGrain<IDesiredStateGrain>(key);
}
