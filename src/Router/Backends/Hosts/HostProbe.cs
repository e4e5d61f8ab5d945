using ExpertCluster.Node.Peers;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Discovery;
using Grpc.Core;

namespace ExpertCluster.Router.Backends.Hosts;

/// <summary>Asks hosts on the connections that requests use.</summary>
internal sealed class HostProbe(HostChannels channels) : IHostProbe
{
    public async Task<bool?> AskAsync(string host, string address, TimeSpan patience, CancellationToken cancellation)
    {
        try
        {
            return await channels.Get(host, address).IsServingAsync(patience, cancellation);
        }
        catch (RpcException error)
        {
            return error.StatusCode switch
            {
                StatusCode.DeadlineExceeded or StatusCode.Cancelled => null,

                // It has no health to tell of, and answers.
                StatusCode.Unimplemented => true,
                _ => false,
            };
        }
        catch (Exception error) when (error is ObjectDisposedException or OperationCanceledException)
        {
            return null;
        }
    }
}
