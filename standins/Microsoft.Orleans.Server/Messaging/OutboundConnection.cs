using System.Buffers;
using System.Net.Sockets;
using System.Threading.Channels;
using Orleans.OneMachine.Serialization;
using Orleans.Runtime;

namespace Orleans.OneMachine.Messaging;

/// <summary>One connection to another silo, for what this silo has to say. Answers come over the other's own.</summary>
internal sealed class OutboundConnection(SiloAddress target, Hello hello, TimeSpan openTimeout, TimeProvider time, Action<OutboundConnection, ConnectionEnd> ended)
    : IDisposable
{
    /// <summary>Frames that wait to be sent; beyond that a send is refused.</summary>
    public const int QueueCapacity = 16 * 1024;

    private const int BatchBytes = 64 * 1024;

    private readonly Channel<Frame> _queue = Channel.CreateBounded<Frame>(new BoundedChannelOptions(QueueCapacity) { SingleReader = true });
    private readonly CancellationTokenSource _closing = new();

    public SiloAddress Target => target;

    /// <summary>Who answered; known once the connection is up.</summary>
    public TaskCompletionSource<SiloAddress> Peer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Run { get; private set; } = Task.CompletedTask;

    public void Start() => Run = Detached.Run(RunAsync);

    public bool TryEnqueue(Frame frame) => _queue.Writer.TryWrite(frame);

    /// <summary>Ends at once; <see cref="FinishAsync"/> sends what waits first.</summary>
    public void Close() => _closing.Cancel();

    public Task FinishAsync()
    {
        _queue.Writer.TryComplete();
        return Run;
    }

    public void Dispose() => _closing.Dispose();

    private async Task RunAsync()
    {
        var end = ConnectionEnd.Lost;
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            end = await ConnectAsync(socket).ConfigureAwait(false);
            if (end == ConnectionEnd.Closed)
                end = await ServeAsync(socket).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException or MalformedDataException)
        {
            end = _closing.IsCancellationRequested ? ConnectionEnd.Closed : ConnectionEnd.Lost;
        }
        finally
        {
            _queue.Writer.TryComplete();
            while (_queue.Reader.TryRead(out var frame))
                frame.Dispose();
            Peer.TrySetException(new SiloUnavailableException($"{target} can not be reached: {end}."));
            _ = Peer.Task.Exception;
            ended(this, end);
        }
    }

    /// <summary><see cref="ConnectionEnd.Closed"/> means that all is well so far.</summary>
    private async Task<ConnectionEnd> ConnectAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(openTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _closing.Token);
        try
        {
            await socket.ConnectAsync(target.Endpoint, either.Token).ConfigureAwait(false);
            using var greeting = new Frame(FrameKind.Hello, Hello.MaxLength);
            hello.Write(greeting.Writer);
            await SendAsync(socket, greeting.Bytes(), either.Token).ConfigureAwait(false);
            return await WelcomedAsync(socket, either.Token).ConfigureAwait(false);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return ConnectionEnd.NobodyListens;
        }
        catch (OperationCanceledException) when (!_closing.IsCancellationRequested)
        {
            return ConnectionEnd.NoAnswer;
        }
    }

    private async Task<ConnectionEnd> WelcomedAsync(Socket socket, CancellationToken cancellationToken)
    {
        await using var reader = new FrameReader(new NetworkStream(socket, ownsSocket: false));
        var end = ConnectionEnd.Lost;
        await reader.ReadAsync(Hello.MaxLength, Read, cancellationToken).ConfigureAwait(false);
        return end;

        void Read(FrameKind kind, ref WireReader payload)
        {
            var welcome = kind == FrameKind.Welcome ? (Welcome)payload.Byte() : Welcome.Refused;
            end = welcome switch
            {
                Welcome.Accepted => ConnectionEnd.Closed,
                Welcome.Replaced => ConnectionEnd.Replaced,
                Welcome.CallerIsDead => ConnectionEnd.ToldDead,
                _ => ConnectionEnd.Refused,
            };
            if (welcome == Welcome.Accepted)
                Peer.TrySetResult(SiloAddress.FromParsableString(payload.RequiredString()));
        }
    }

    private async Task<ConnectionEnd> ServeAsync(Socket socket)
    {
        var watch = WatchAsync(socket);
        try
        {
            while (await _queue.Reader.WaitToReadAsync(_closing.Token).ConfigureAwait(false))
                await SendWaitingAsync(socket).ConfigureAwait(false);
            return ConnectionEnd.Closed;
        }
        finally
        {
            socket.Shutdown(SocketShutdown.Both);
            await watch.ConfigureAwait(false);
        }
    }

    // The other side never sends after its welcome: a read that returns means that it is gone.
    private async Task WatchAsync(Socket socket)
    {
        try
        {
            await socket.ReceiveAsync(new byte[1], _closing.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // Either way the connection is over; the sender loop tells why.
        }
        finally
        {
            _queue.Writer.TryComplete(new IOException($"The connection to {target} is lost."));
        }
    }

    private async Task SendWaitingAsync(Socket socket)
    {
        var batch = ArrayPool<byte>.Shared.Rent(BatchBytes);
        var filled = 0;
        try
        {
            while (_queue.Reader.TryRead(out var frame))
            {
                using (frame)
                    filled = await AppendAsync(socket, batch, filled, frame.Bytes()).ConfigureAwait(false);
            }
            await SendAsync(socket, batch.AsMemory(0, filled), _closing.Token).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(batch);
        }
    }

    /// <summary>Sends what is large at once and collects what is small; returns how much of the batch is filled.</summary>
    private async ValueTask<int> AppendAsync(Socket socket, byte[] batch, int filled, ReadOnlyMemory<byte> bytes)
    {
        if (filled + bytes.Length > batch.Length)
        {
            await SendAsync(socket, batch.AsMemory(0, filled), _closing.Token).ConfigureAwait(false);
            filled = 0;
        }
        if (bytes.Length > batch.Length)
        {
            await SendAsync(socket, bytes, _closing.Token).ConfigureAwait(false);
            return 0;
        }
        bytes.CopyTo(batch.AsMemory(filled));
        return filled + bytes.Length;
    }

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, cancellationToken).ConfigureAwait(false)..];
    }
}
