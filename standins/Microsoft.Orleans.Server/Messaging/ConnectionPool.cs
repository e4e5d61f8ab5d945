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
        while (!_closed && !Gate!.IsDead(target))
        {
            var connection = Ensure(target);
            if (connection.TryEnqueue(frame))
                return true;
            // One that ended between look-up and enqueue has left its place already; the next look-up finds its successor.
            if (!connection.HasEnded)
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
            var created = Create(target, isReplacement: false);
            if (!_connections.TryAdd(target, created))
                continue;
            Start(created, []);
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

    private OutboundConnection Create(SiloAddress target, bool isReplacement) =>
        new(target, new(local.ClusterId, local.SiloAddress, target), OpenTimeout, time, Ended) { IsReplacement = isReplacement };

    private void Start(OutboundConnection connection, IReadOnlyList<Frame> first)
    {
        connection.Start(first);
        if (_closed)
            connection.Close();
    }

    private void Ended(OutboundConnection connection, ConnectionEnd end)
    {
        if (end == ConnectionEnd.Lost && MayGoOn(connection))
        {
            Replace(connection);
            return;
        }
        _connections.TryRemove(new(connection.Target, connection));
        foreach (var frame in connection.TakeUnsent())
            frame.Dispose();
        if (!_closed)
            Gate!.ConnectionEnded(connection.Target, end);
    }

    // The target must be one run of one silo, so that a welcome proves that it is the same as before. A connection that never came
    // up gets one successor: a port that takes connections and drops them is not asked for ever.
    private bool MayGoOn(OutboundConnection connection) =>
        !_closed && connection.Target.Generation != 0 && !Gate!.IsDead(connection.Target) && (connection.WasUp || !connection.IsReplacement);

    /// <summary>First the successor takes the place, then it gets what was not sent: senders always find one that takes their frames.</summary>
    private void Replace(OutboundConnection broken)
    {
        var next = Create(broken.Target, isReplacement: true);
        _connections[broken.Target] = next;
        Start(next, broken.TakeUnsent());
        Gate!.ConnectionReplaced(broken, next);
    }
}
