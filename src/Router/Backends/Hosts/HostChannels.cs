using System.Collections.Concurrent;
using ExpertCluster.Node.Deadlines;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Discovery;
using ExpertCluster.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Health.V1;
using Grpc.Net.Client;
using GrpcHealth = Grpc.Health.V1.Health;

namespace ExpertCluster.Router.Backends.Hosts;

/// <summary>One channel a host, and how many of this router's requests run on it.</summary>
internal sealed class HostChannels(PeerTransport transport, DefaultDeadlines deadlines, CallEnds ends) : IHostProbe, IDisposable
{
    /// <summary>Channels kept; hosts come and go, so idle ones are let go beyond this.</summary>
    private const int Limit = 1024;

    private readonly ConcurrentDictionary<string, HostChannel> _channels = new(StringComparer.Ordinal);
    private readonly Lock _opening = new();

    /// <summary>The channel to a host; a new one when the host came back under another address.</summary>
    /// <exception cref="RpcException">UNAVAILABLE: the address has TLS and this router none, or the other way round.</exception>
    public HostChannel Get(string host, string address)
    {
        if (_channels.TryGetValue(host, out var channel) && channel.Address == address)
        {
            return channel;
        }

        lock (_opening)
        {
            if (_channels.TryGetValue(host, out channel) && channel.Address == address)
            {
                return channel;
            }

            if (transport.Refuses(address) is { } reason)
            {
                throw new RpcException(new Status(StatusCode.Unavailable, $"host {host} is not called: {reason}"));
            }

            channel?.Retire();
            LetIdleGo();
            return _channels[host] = new HostChannel(address, transport, deadlines, ends);
        }
    }

    public async Task<bool?> AskAsync(string host, string address, TimeSpan patience, CancellationToken cancellation)
    {
        try
        {
            return await Get(host, address).IsServingAsync(patience, cancellation);
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

    public int LoadOf(string host) => _channels.TryGetValue(host, out var channel) ? channel.InFlight : 0;

    public void Dispose()
    {
        foreach (var channel in _channels.Values)
        {
            channel.Dispose();
        }
    }

    private void LetIdleGo()
    {
        if (_channels.Count >= Limit)
        {
            foreach (var idle in _channels.Where(c => c.Value.InFlight == 0).Take(Limit / 2).ToArray())
            {
                _channels.TryRemove(idle);
                idle.Value.Retire();
            }
        }
    }
}

/// <summary>A connection to one host.</summary>
internal sealed class HostChannel : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly GrpcHealth.HealthClient _health;
    private int _inFlight;
    private volatile bool _retired;

    public HostChannel(string address, PeerTransport transport, DefaultDeadlines deadlines, CallEnds ends)
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
