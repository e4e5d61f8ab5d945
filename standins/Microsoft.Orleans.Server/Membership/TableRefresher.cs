using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.OneMachine.Membership;

/// <summary>Reads the member list now and then, for the changes whose notice was lost.</summary>
internal sealed class TableRefresher(LocalSilo local, MembershipClient client, IOptions<ClusterMembershipOptions> options, TimeProvider time, ILogger<TableRefresher> logger)
{
    public async Task RunAsync(CancellationToken stopped)
    {
        using var timer = new PeriodicTimer(options.Value.TableRefreshTimeout, time);
        try
        {
            while (!local.IsPrimary && await timer.WaitForNextTickAsync(stopped).ConfigureAwait(false))
                await RefreshAsync(stopped).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private async Task RefreshAsync(CancellationToken stopped)
    {
        try
        {
            await client.RefreshAsync(stopped).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException)
        {
            logger.LogWarning(exception, "The primary silo does not answer; this silo goes on with what it knows");
        }
    }
}
