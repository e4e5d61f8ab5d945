using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace ExpertCluster.Cli.Running;

/// <summary>Keeps a cluster's catalogue as its file and its admin API want it, while something else goes on.</summary>
internal sealed class CatalogueFollowing
{
    private readonly DesiredFeed _feed;
    private readonly CatalogueWatch _watch;

    /// <summary>From now on: what is edited after this is seen, also while the first preparation still runs.</summary>
    /// <param name="config">The catalogue file.</param>
    /// <param name="keeper">Prepares it.</param>
    /// <param name="errors">Told what became of an edit.</param>
    public CatalogueFollowing(string config, ICatalogueKeeper keeper, TextWriter errors)
    {
        _feed = new DesiredFeed(errors, TimeProvider.System);
        _watch = new CatalogueWatch(config, keeper, _feed, UserErrors.Explain, errors, TimeProvider.System);
    }

    /// <param name="router">Calls to it.</param>
    /// <param name="work">What goes on meanwhile.</param>
    /// <param name="stop">Ends the following.</param>
    /// <returns>What the work gives.</returns>
    public async Task<T> DuringAsync<T>(CallInvoker router, Func<Task<T>> work, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var client = new Admin.AdminClient(router.Intercept(RunningCluster.Deadlines));
        var following = Task.WhenAll(_feed.RunAsync(client, ending.Token), _watch.RunAsync(ending.Token));
        try
        {
            return await work();
        }
        finally
        {
            await ending.CancelAsync();
            await following;
        }
    }
}
