using System.Collections.Concurrent;
using ExpertCluster.Node.Deadlines;
using ExpertCluster.Node.Transport;
using Grpc.Core;

namespace ExpertCluster.Node.Peers;

/// <summary>One channel to each expert host, and how many of this process' calls run on it.</summary>
public sealed class HostChannels(PeerTransport transport, DefaultDeadlines deadlines, CallEnds ends) : IDisposable
{
    /// <summary>Channels kept; hosts come and go, so idle ones are let go beyond this.</summary>
    private const int Limit = 1024;

    private readonly ConcurrentDictionary<string, HostChannel> _channels = new(StringComparer.Ordinal);
    private readonly Lock _opening = new();

    /// <summary>The channel to a host; a new one when the host came back under another address.</summary>
    /// <exception cref="RpcException">UNAVAILABLE: the address has TLS and this process none, or the other way round.</exception>
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
