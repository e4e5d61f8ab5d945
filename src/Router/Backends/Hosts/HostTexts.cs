using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Peers;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Discovery;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Router.Backends.Hosts;

/// <summary>Asks a host that runs a base what a text is in tokens, and the other way round: routers have no tokenizers.</summary>
internal sealed class HostTexts(HostDirectory hosts, HostLiveness liveness, HostSuspicions suspicions, HostChannels channels)
{
    /// <summary>Hosts that are asked, one behind the other, where one is lost or busy.</summary>
    private const int MostHosts = 3;

    /// <param name="baseRevision">Of the base's content.</param>
    /// <param name="ask">The call.</param>
    /// <param name="cancellation">Of the caller.</param>
    /// <exception cref="RequestFailedException">The host refuses it, or none can be asked now.</exception>
    public async Task<T> AskAsync<T>(string baseRevision, Func<Experts.ExpertsClient, CancellationToken, AsyncUnaryCall<T>> ask, CancellationToken cancellation)
    {
        RequestFailedException? failure = null;
        foreach (var host in hosts.Hosts.Where(h => h.HasBase(baseRevision) && !h.Draining && liveness.IsAlive(h.Name)).OrderBy(h => suspicions.IsSuspect(h.Name)).ThenBy(h => channels.LoadOf(h.Name)).Take(MostHosts))
        {
            try
            {
                return await AskAsync(host, ask, cancellation);
            }
            catch (RpcException error) when (error.StatusCode is StatusCode.Unavailable or StatusCode.ResourceExhausted or StatusCode.FailedPrecondition || HostLosses.IsLoss(error, cancellation))
            {
                failure = HostFailures.Of(error);
            }
            catch (RpcException error)
            {
                throw HostFailures.Of(error);
            }
        }

        throw failure ?? new RequestFailedException(FailureKind.Unavailable, "no expert host runs this base just now; try again in a moment");
    }

    private async Task<T> AskAsync<T>(KnownHost host, Func<Experts.ExpertsClient, CancellationToken, AsyncUnaryCall<T>> ask, CancellationToken cancellation)
    {
        var channel = channels.Get(host.Name, host.Address);
        channel.Enter();
        try
        {
            using var call = ask(channel.Client, cancellation);
            return await call.ResponseAsync;
        }
        finally
        {
            channel.Leave();
        }
    }
}
