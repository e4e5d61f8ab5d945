using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;

namespace Grpc.Net.Client.Balancer;

/// <summary>
/// A way to one address that was open a moment ago. The socket that showed it waits for the HTTP handler, which opens more
/// through here when it needs them. When the last stream has closed, the way is lost.
/// </summary>
internal sealed class SubchannelConnection : IDisposable
{
    // An unused socket that the server has written to tells no more whether it is open; one older than this is not trusted.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopWatching = new();
    private readonly ConcurrentDictionary<string, Uri> _methods = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Subchannel _subchannel;
    private readonly TimeProvider _time;
    private readonly long _opened;
    private readonly Uri _base;
    private Socket? _first;
    private Task _watching = Task.CompletedTask;
    private int _streams;

    private SubchannelConnection(ConnectionManager manager, Subchannel subchannel, BalancerAddress address, Socket first)
    {
        _subchannel = subchannel;
        _first = first;
        _time = manager.Options.Time;
        _opened = _time.GetTimestamp();
        Address = address;
        _base = new UriBuilder(manager.IsSecure ? Uri.UriSchemeHttps : Uri.UriSchemeHttp, address.EndPoint.Host, address.EndPoint.Port).Uri;
    }

    public BalancerAddress Address { get; }

    public static async Task<SubchannelConnection> OpenAsync(
        ConnectionManager manager, Subchannel subchannel, BalancerAddress address, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(manager.ConnectTimeout, manager.Options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return new SubchannelConnection(manager, subchannel, address, await ConnectAsync(address.EndPoint, either.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested)
        {
            throw new TimeoutException($"{address} took no connection within {manager.ConnectTimeout.TotalSeconds} s.", e);
        }
    }

    public static async Task<Socket> ConnectAsync(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // Stubs have a handful of methods, each a constant of generated code, so this does not grow.
    public Uri UriOf(IMethod method) => _methods.GetOrAdd(method.FullName, static (path, address) => new Uri(address, path), _base);

    /// <summary>Tells the subchannel when the server closes the first socket before it is used.</summary>
    public void Watch()
    {
        lock (_lock)
        {
            if (_first is { } socket)
                _watching = WatchAsync(socket, _stopWatching.Token);
        }
    }

    /// <summary>For the HTTP handler: the first socket if it is still good, or another one.</summary>
    public async ValueTask<Stream> OpenStreamAsync(CancellationToken cancellationToken)
    {
        Socket? first;
        lock (_lock)
        {
            first = _first;
            _first = null;
            _streams++;
        }
        try
        {
            if (first is not null)
            {
                await _stopWatching.CancelAsync().ConfigureAwait(false);
                await _watching.ConfigureAwait(false);
                if (IsGood(first))
                    return new ConnectionStream(first, this);
                first.Dispose();
            }
            return new ConnectionStream(await ConnectAsync(Address.EndPoint, cancellationToken).ConfigureAwait(false), this);
        }
        catch (Exception e)
        {
            OnStreamClosed();
            if (!cancellationToken.IsCancellationRequested)
                Refuse(e);
            throw;
        }
    }

    public void OnStreamClosed()
    {
        lock (_lock)
        {
            if (--_streams > 0)
                return;
        }
        _subchannel.OnLost(this, null);
    }

    /// <summary>Another connection was refused. Streams of before may still be at work, but new calls must not come here.</summary>
    public void Refuse(Exception e) =>
        _subchannel.OnLost(this, new Status(StatusCode.Unavailable, "Error connecting to subchannel.", e));

    /// <summary>Nobody will use the first socket; what the HTTP handler has is its own.</summary>
    public void Dispose() => Take()?.Dispose();

    private Socket? Take()
    {
        lock (_lock)
        {
            Socket? first = _first;
            _first = null;
            return first;
        }
    }

    private async Task WatchAsync(Socket socket, CancellationToken stop)
    {
        try
        {
            await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, stop).ConfigureAwait(false);
            // The server speaks first, which servers may.
            if (socket.Available > 0)
                return;
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Reset, or dropped: the same as closed.
        }
        if (Take() is not { } closed)
            return;
        closed.Dispose();
        // A server that hangs up at once is not well, one that does it later has waited long enough.
        _subchannel.OnLost(this, _time.GetElapsedTime(_opened) < Fresh
            ? new Status(StatusCode.Unavailable, "The server closed the connection at once.") : null);
    }

    private bool IsGood(Socket socket) => !socket.Poll(0, SelectMode.SelectRead)
        || (socket.Available > 0 && _time.GetElapsedTime(_opened) < Fresh);
}

/// <summary>A socket's stream that says when it is closed.</summary>
internal sealed class ConnectionStream(Socket socket, SubchannelConnection connection) : NetworkStream(socket, ownsSocket: true)
{
    private int _closed;

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && Interlocked.Exchange(ref _closed, 1) == 0)
            connection.OnStreamClosed();
    }
}
