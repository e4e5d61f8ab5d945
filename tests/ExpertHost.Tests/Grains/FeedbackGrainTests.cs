using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Fabric.Grains;
using Orleans.Runtime;

namespace ExpertCluster.ExpertHost.Tests.Grains;

/// <summary>Each test has a grain of its own: the key is only a name here.</summary>
public sealed class FeedbackGrainTests(SmallCluster cluster) : IClassFixture<SmallCluster>
{
    [Fact(Timeout = 60_000)]
    public async Task Add_IsStoredAndThereAfterTheActivationIsGone()
    {
        var grain = Grain("stored");
        var entry = Entry("r1") with { Good = true, Expert = "law", Answered = ["tax", "law"], Model = "auto", Text = "Who\npays?" };

        await grain.AddAsync(entry);
        await cluster.Orleans.Client.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);

        var read = Assert.Single(await grain.ListAsync());
        Assert.Equal(entry with { Answered = read.Answered }, read);
        Assert.Equal(entry.Answered, read.Answered);
    }

    [Fact(Timeout = 60_000)]
    public async Task Add_SameRequest_TakesTheEarlierOnesPlace()
    {
        var grain = Grain("again");
        await grain.AddAsync(Entry("r1"));
        await grain.AddAsync(Entry("r2"));

        await grain.AddAsync(Entry("r1") with { Good = true });

        Assert.Equal([("r2", false), ("r1", true)], (await grain.ListAsync()).Select(e => (e.RequestId, e.Good)));
    }

    [Fact(Timeout = 60_000)]
    public async Task Add_MoreThanThereIsRoomFor_TheOldestGo()
    {
        var grain = Grain("many");
        for (int i = 0; i < IFeedbackGrain.MostEntries + 3; i++)
        {
            await grain.AddAsync(Entry($"r{i}"));
        }

        var all = await grain.ListAsync();
        Assert.Equal(IFeedbackGrain.MostEntries, all.Length);
        Assert.Equal("r3", all[0].RequestId);
    }

    [Fact(Timeout = 60_000)]
    public async Task Add_StoreIsDown_FailsAndTheNextOneCounts()
    {
        var grain = Grain("down");
        await grain.AddAsync(Entry("r1"));
        cluster.Store.IsDown = true;
        try
        {
            await Assert.ThrowsAnyAsync<Exception>(() => grain.AddAsync(Entry("r2")));
        }
        finally
        {
            cluster.Store.IsDown = false;
        }

        while (!(await grain.ListAsync()).Any(e => e.RequestId == "r3"))
        {
            try
            {
                await grain.AddAsync(Entry("r3"));
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // The activation that could not store goes in its own time.
            }
        }

        Assert.Contains("r1", (await grain.ListAsync()).Select(e => e.RequestId));
    }

    private IFeedbackGrain Grain(string name) => cluster.Orleans.Client.GetGrain<IFeedbackGrain>(name);

    private static FeedbackEntry Entry(string id) => new() { RequestId = id, AtUnixMs = 1 };
}
