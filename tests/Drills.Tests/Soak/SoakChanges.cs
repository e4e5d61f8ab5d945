using ExpertCluster.Drills.Support;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Drills.Soak;

/// <summary>Changes by the admin API of any router; each is waited for on all of them, and its version written down.</summary>
internal sealed class SoakChanges(IReadOnlyList<RouterClient> routers, SoakBook book, Random draw)
{
    private const int PageSize = 1000;

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly List<(long Version, string What, string Subject)> _made = [];

    public Task ApplyAsync(ExpertSpec spec) => OfExpertAsync(
        "apply", spec.Name, (admin, options) => admin.ApplyExpertAsync(new ApplyExpertRequest { Expert = spec, Options = options }, cancellationToken: _cancellation));

    public Task RemoveAsync(string name) => OfExpertAsync(
        "remove", name, (admin, options) => admin.RemoveExpertAsync(new RemoveExpertRequest { Name = name, Options = options }, cancellationToken: _cancellation));

    public Task ScaleAsync(string name, int replicas) => OfExpertAsync(
        "scale", name, (admin, options) => admin.ScaleExpertAsync(new ScaleExpertRequest { Name = name, Replicas = replicas, Options = options }, cancellationToken: _cancellation));

    public Task PromoteAsync(string name) => OfExpertAsync(
        "promote", name, (admin, options) => admin.PromoteExpertAsync(new PromoteExpertRequest { Name = name, Options = options }, cancellationToken: _cancellation));

    public Task RollBackAsync(string name) => OfExpertAsync(
        "roll_back", name, (admin, options) => admin.RollBackExpertAsync(new RollBackExpertRequest { Name = name, Options = options }, cancellationToken: _cancellation));

    public Task DrainAsync(string host) => MakeAsync(
        "drain", host, (admin, options) => admin.DrainHostAsync(new DrainHostRequest { Name = host, Options = options }, cancellationToken: _cancellation));

    public Task ResumeAsync(string host) => MakeAsync(
        "resume", host, (admin, options) => admin.ResumeHostAsync(new ResumeHostRequest { Name = host, Options = options }, cancellationToken: _cancellation));

    /// <summary>Writes down what all routers say of a name, when they say the same.</summary>
    public async Task SettleAsync(string name)
    {
        HashSet<string>[] revisions = [];
        await Node.UntilAsync(async () =>
        {
            revisions = await Task.WhenAll(routers.Select(router => RevisionsAsync(router, name)));
            return revisions.Skip(1).All(revisions[0].SetEquals);
        });
        if (revisions[0].Count == 0)
        {
            book.Remove(name);
        }
        else
        {
            book.Serve(name, revisions[0]);
        }
    }

    /// <summary>Every router knows all that was made, in order, each once.</summary>
    public async Task AllAreKeptAsync()
    {
        foreach (var router in routers)
        {
            List<ChangeRecord> kept = [];
            await Node.UntilAsync(async () =>
            {
                var page = await router.Admin.ListChangesAsync(new ListChangesRequest { PageSize = PageSize }, cancellationToken: _cancellation);
                kept = [.. page.Changes.Reverse()];
                return page.Version >= _made[^1].Version;
            });
            Assert.Equal(kept.Select(c => c.Version), kept.Select(c => c.Version).Distinct().Order());
            Assert.Equal(Enumerable.Range((int)kept[0].Version, kept.Count), kept.Select(c => (int)c.Version));
            Assert.Subset(kept.Select(c => (c.Version, c.What, c.Subject)).ToHashSet(), _made.TakeLast(kept.Count / 2).ToHashSet());
        }
    }

    private async Task OfExpertAsync(string what, string name, Func<Admin.AdminClient, ChangeOptions, AsyncUnaryCall<ChangeResponse>> change)
    {
        book.Change(name);
        await MakeAsync(what, name, change);
        await SettleAsync(name);
        Assert.True(book.IsServed(name) == (what != "remove"), $"{name} after {what}");
    }

    private async Task MakeAsync(string what, string subject, Func<Admin.AdminClient, ChangeOptions, AsyncUnaryCall<ChangeResponse>> change)
    {
        bool isRepeated = false;
        while (true)
        {
            try
            {
                var answer = await change(draw.Pick(routers).Admin, new ChangeOptions { WaitSeconds = 120 });
                Assert.True(answer.Served && answer.Failure.Length == 0, $"{what} {subject}: {answer}");
                Assert.True(_made.Count == 0 || answer.Version > _made[^1].Version, $"{what} {subject} is version {answer.Version} after {_made.LastOrDefault()}");
                _made.Add((answer.Version, what, subject));
                return;
            }
            catch (RpcException error) when (error.StatusCode == StatusCode.Unavailable)
            {
                // The host that had the state has just died. Whether it took the change nobody can say.
                isRepeated = true;
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, _cancellation);
            }
            catch (RpcException error) when (isRepeated && error.StatusCode is StatusCode.NotFound or StatusCode.FailedPrecondition)
            {
                return;
            }
        }
    }

    /// <summary>That may answer by a name; none where the router has no such expert.</summary>
    private async Task<HashSet<string>> RevisionsAsync(RouterClient router, string name)
    {
        try
        {
            var expert = await router.Admin.GetExpertAsync(new GetExpertRequest { Name = name }, cancellationToken: _cancellation);
            return expert.State == ExpertState.Pending ? [] : [expert.Revision, .. expert.Versions.Where(v => v.Version != "shadow").Select(v => v.Revision)];
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.NotFound)
        {
            return [];
        }
    }
}
