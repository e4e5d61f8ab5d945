using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.OneMachine.Manifest;
using Orleans.OneMachine.Messaging;
using Orleans.Runtime;

namespace Orleans.OneMachine.Membership;

/// <summary>Brings this silo into the cluster; waits for a primary that is not there yet.</summary>
internal sealed class Joiner(
    LocalSilo local,
    GrainClassCatalog classes,
    Messenger messenger,
    ConnectionPool connections,
    Lazy<SystemHandler> system,
    MembershipAgent agent,
    IOptions<ClusterMembershipOptions> options,
    MessagingLimits limits,
    TimeProvider time,
    ILogger<Joiner> logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    public async Task JoinAsync(CancellationToken cancellationToken)
    {
        var request = new JoinRequest
        {
            ClusterId = local.ClusterId,
            ServiceId = local.ServiceId,
            Member = new() { Silo = local.SiloAddress, Name = local.Name, Status = SiloStatus.Joining, Classes = classes.Manifest },
        };
        if (local.IsPrimary)
        {
            agent.Apply((ClusterView)(await system.Value.HandleAsync(local.SiloAddress, request).ConfigureAwait(false))!);
            return;
        }
        var primary = SiloAddress.New(IPAddress.Loopback, local.PrimaryPort, 0);
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                agent.Apply(await messenger.AskAsync<ClusterView>(primary, request, limits.SystemResponseTimeout, cancellationToken).ConfigureAwait(false));
                // From here on the primary is spoken to by its full address.
                connections.Close(primary);
                return;
            }
            catch (Exception exception) when (exception is SiloUnavailableException or TimeoutException)
            {
                if (time.GetElapsedTime(started) > options.Value.MaxJoinAttemptTime)
                    throw new OrleansException($"The primary silo on port {local.PrimaryPort} did not answer for {options.Value.MaxJoinAttemptTime}.", exception);
                logger.LogDebug(exception, "The primary silo on port {Port} does not answer yet", local.PrimaryPort);
            }
            await Task.Delay(RetryDelay, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
