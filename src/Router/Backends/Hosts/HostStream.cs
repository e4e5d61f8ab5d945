using ExpertCluster.Node.Peers;
using ExpertCluster.Node.Transport;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Router.Backends.Hosts;

/// <summary>A host's answer, positioned on its first chunk. Disposing it cancels what still runs.</summary>
internal sealed class HostStream(AsyncServerStreamingCall<GenerateChunk> call, HostChannel channel, string host) : IDisposable
{
    private bool _disposed;

    public string Host { get; } = host;

    public GenerateChunk Current => call.ResponseStream.Current;

    public Task<bool> MoveNextAsync(CancellationToken cancellation) => call.ResponseStream.MoveNext(cancellation);

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            call.Dispose();
            channel.Leave();
        }
    }
}
