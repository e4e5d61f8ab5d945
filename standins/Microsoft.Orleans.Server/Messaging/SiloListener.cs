using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Orleans.OneMachine.Membership;
using Orleans.OneMachine.Serialization;
using Orleans.Runtime;

namespace Orleans.OneMachine.Messaging;

internal delegate void SiloFrameHandler(SiloAddress sender, FrameKind kind, ref WireReader payload);

/// <summary>Takes the connections of other silos, and hands on what they say as long as they are not dead.</summary>
internal sealed class SiloListener : IDisposable
{
    private readonly LocalSilo _local;
    private readonly MembershipAgent _membership;
    private readonly MessagingLimits _limits;
    private readonly ILogger<SiloListener> _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<InboundConnection, Task> _open = new();
    private Socket? _socket;
    private Task _accepting = Task.CompletedTask;

    public SiloListener(LocalSilo local, MembershipAgent membership, MessagingLimits limits, ILogger<SiloListener> logger)
    {
        _local = local;
        _membership = membership;
        _limits = limits;
        _logger = logger;
        membership.Changed += (_, state) => CloseDead(state);
    }

    public SiloFrameHandler? Received { get; set; }

    public void Start()
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _socket.Bind(_local.SiloAddress.Endpoint);
        }
        catch (SocketException exception)
        {
            _socket.Dispose();
            throw new OrleansConfigurationException($"The silo port {_local.SiloAddress.Endpoint.Port} can not be opened: {exception.Message}.", exception);
        }
        _socket.Listen(512);
        _accepting = Detached.Run(AcceptAsync);
    }

    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _socket?.Dispose();
        await _accepting.ConfigureAwait(false);
        await Task.WhenAll(_open.Values).ConfigureAwait(false);
    }

    public void Dispose()
    {
        if (!_stopping.IsCancellationRequested)
            _stopping.Cancel();
        _socket?.Dispose();
    }

    private async Task AcceptAsync()
    {
        var stopped = _stopping.Token;
        while (!stopped.IsCancellationRequested)
        {
            try
            {
                Serve(await _socket!.AcceptAsync(stopped).ConfigureAwait(false));
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                if (!stopped.IsCancellationRequested)
                    _logger.LogWarning(exception, "A silo connection could not be accepted");
            }
        }
    }

    private void Serve(Socket socket)
    {
        var connection = new InboundConnection(socket, Judge, _local.SiloAddress, _limits.MaxFrameLength, Handle, _stopping.Token);
        var finished = new TaskCompletionSource();
        _open.TryAdd(connection, finished.Task);
        _ = Detached.Run(async () =>
        {
            await connection.RunAsync(_logger).ConfigureAwait(false);
            _open.TryRemove(connection, out _);
            finished.SetResult();
        });
    }

    private void Handle(SiloAddress sender, FrameKind kind, ref WireReader payload)
    {
        // What a dead silo still says is ignored, whatever of it is already here.
        if (!_membership.Current.IsDead(sender))
            Received!(sender, kind, ref payload);
    }

    private void CloseDead(ClusterState state)
    {
        foreach (var connection in _open.Keys.Where(connection => connection.Sender is { } sender && state.IsDead(sender)))
            connection.Close();
    }

    private Welcome Judge(Hello hello)
    {
        if (hello.ClusterId != _local.ClusterId)
            return Welcome.Refused;
        if (_membership.Current.IsDead(hello.Sender))
            return Welcome.CallerIsDead;
        // Generation 0: the caller knows the port of the primary only.
        return hello.Target.Generation == 0 || hello.Target.Equals(_local.SiloAddress) ? Welcome.Accepted : Welcome.Replaced;
    }
}
