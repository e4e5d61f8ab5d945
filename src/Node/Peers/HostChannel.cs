using ExpertCluster.Node.Deadlines;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Transport;
using ExpertCluster.V1;
using Grpc.Core.Interceptors;
using Grpc.Health.V1;
using Grpc.Net.Client;
using GrpcHealth = Grpc.Health.V1.Health;

namespace ExpertCluster.Node.Peers;

/// <summary>A connection to one expert host.</summary>
public sealed class HostChannel : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly GrpcHealth.HealthClient _health;
    private int _inFlight;
    private volatile bool _retired;

    internal HostChannel(string address, PeerTransport transport, DefaultDeadlines deadlines, CallEnds ends)
    {
        Address = address;
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = transport.CreateHandler(),
            DisposeHttpClient = true,
            MaxReceiveMessageSize = NodeGrpc.MessageBytes,
            CompressionProviders = [.. BoundedCompression.All(NodeGrpc.MessageBytes)],
        });
        var calls = _channel.Intercept(deadlines, ends);
        Client = new Experts.ExpertsClient(calls);
        _health = new GrpcHealth.HealthClient(calls);
    }

    public string Address { get; }

    public Experts.ExpertsClient Client { get; }

    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Throws an <see cref="RpcException"/> where no answer comes.</summary>
    public async Task<bool> IsServingAsync(TimeSpan patience, CancellationToken cancellation)
    {
        var answer = await _health.CheckAsync(
            new HealthCheckRequest { Service = NodeHealth.Readiness },
            deadline: TimeProvider.System.GetUtcNow().UtcDateTime + patience,
            cancellationToken: cancellation);
        return answer.Status == HealthCheckResponse.Types.ServingStatus.Serving;
    }

    public void Enter() => Interlocked.Increment(ref _inFlight);

    public void Leave()
    {
        if (Interlocked.Decrement(ref _inFlight) == 0 && _retired)
        {
            Dispose();
        }
    }

    /// <summary>Closes the connection when its last request has ended.</summary>
    public void Retire()
    {
        _retired = true;
        if (InFlight == 0)
        {
            Dispose();
        }
    }

    public void Dispose() => _channel.Dispose();
}
