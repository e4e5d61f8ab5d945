using System.Collections.Concurrent;
using Orleans.OneMachine.Membership;
using Orleans.Runtime;

namespace Orleans.OneMachine.Messaging;

/// <summary>The outgoing connections of one silo, one a target, opened at first use.</summary>
internal sealed class ConnectionPool(LocalSilo local, TimeProvider time)
{
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<SiloAddress, OutboundConnection> _connections = new();
    private volatile bool _closed;

    public IPeerGate? Gate { get; set; }

    /// <summary>Takes the frame over. False: the silo is dead or the queue is full, and the frame is gone.</summary>
    public bool TrySend(SiloAddress target, Frame frame)
    {
        // A connection may end between look-up and enqueue; the second look-up opens a new one.
        for (var attempt = 0; attempt < 2 && !_closed && !Gate!.IsDead(target); attempt++)
        {
            var connection = Ensure(target);
            if (connection.TryEnqueue(frame))
                return true;
            if (!connection.Run.IsCompleted)
                break;
        }
        frame.Dispose();
        return false;
    }

    /// <summary>Makes sure that a connection exists; its end tells what is the matter with the target.</summary>
    public OutboundConnection Ensure(SiloAddress target)
    {
        while (true)
        {
            if (_connections.TryGetValue(target, out var existing))
                return existing;
            var created = new OutboundConnection(target, new(local.ClusterId, local.SiloAddress, target), OpenTimeout, time, Ended);
            if (!_connections.TryAdd(target, created))
                continue;
            created.Start();
            if (_closed)
                created.Close();
            return created;
        }
    }

    public void Close(SiloAddress target)
    {
        if (_connections.TryGetValue(target, out var connection))
            connection.Close();
    }

    /// <summary>Ends everything at once.</summary>
    public void Close()
    {
        _closed = true;
        foreach (var connection in _connections.Values)
            connection.Close();
    }

    /// <summary>Sends what waits, as long as the token allows, then closes everything.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _closed = true;
        var all = _connections.Values.ToArray();
        try
        {
            await Task.WhenAll(all.Select(static connection => connection.FinishAsync())).WaitAsync(TimeSpan.FromSeconds(2), time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            foreach (var connection in all)
                connection.Close();
        }
    }

    private void Ended(OutboundConnection connection, ConnectionEnd end)
    {
        _connections.TryRemove(new(connection.Target, connection));
        if (!_closed)
            Gate!.ConnectionEnded(connection.Target, end);
    }
}
