using System.Buffers;
using System.Net.Sockets;
using Orleans.OneMachine.Serialization;
using Orleans.Runtime;

namespace Orleans.OneMachine.Messaging;

/// <summary>One connection to another silo, for what this silo has to say. Answers come over the other's own.</summary>
internal sealed class OutboundConnection(SiloAddress target, Hello hello, TimeSpan openTimeout, TimeProvider time, Action<OutboundConnection, ConnectionEnd> ended)
    : IDisposable
{
    private const int BatchBytes = 64 * 1024;

    private readonly Outbox _outbox = new();
    private readonly CancellationTokenSource _closing = new();

    public SiloAddress Target => target;

    /// <summary>Whether it took the place of one that broke.</summary>
    public bool IsReplacement { get; init; }

    /// <summary>Whether the other side has ever answered.</summary>
    public bool WasUp => Peer.Task.IsCompletedSuccessfully;

    /// <summary>Whether it takes nothing more, ever.</summary>
    public bool HasEnded => _outbox.IsClosed;

    /// <summary>Numbers of the calls that were answered over it last, <see cref="Outbox.AnswersRemembered"/> at most; after its end.</summary>
    public IReadOnlyCollection<long> Answered => _outbox.Answered;

    /// <summary>Who answered; known once the connection is up.</summary>
    public TaskCompletionSource<SiloAddress> Peer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Run { get; private set; } = Task.CompletedTask;

    /// <param name="first">What goes out before everything else.</param>
    public void Start(IEnumerable<Frame> first)
    {
        _outbox.Inherit(first);
        Run = Detached.Run(RunAsync);
    }

    /// <summary>False: full, or <see cref="HasEnded"/>.</summary>
    public bool TryEnqueue(Frame frame) => _outbox.TryAdd(frame);

    /// <summary>
    /// What has not been sent and still may be: each frame gets a second try, none a third. Once that one is lost too, it counts as
    /// sent. Takes nothing more from now on.
    /// </summary>
    public IReadOnlyList<Frame> TakeUnsent()
    {
        var unsent = new List<Frame>();
        foreach (var frame in _outbox.Close())
        {
            if (!frame.IsSecondTry)
            {
                frame.IsSecondTry = true;
                unsent.Add(frame);
                continue;
            }
            if (frame.Answers != 0)
                _outbox.Remember(frame.Answers);
            frame.Call?.SentOver = this;
            frame.Dispose();
        }
        return unsent;
    }

    /// <summary>Ends at once; <see cref="FinishAsync"/> sends what waits first.</summary>
    public void Close() => _closing.Cancel();

    public Task FinishAsync()
    {
        _outbox.Complete();
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
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        var watch = WatchAsync(socket, gone);
        try
        {
            while (await _outbox.WaitAsync(gone.Token).ConfigureAwait(false))
                await SendWaitingAsync(socket, gone.Token).ConfigureAwait(false);
            return ConnectionEnd.Closed;
        }
        finally
        {
            // Ends the watch, whatever state the socket is in.
            await gone.CancelAsync().ConfigureAwait(false);
            await watch.ConfigureAwait(false);
            socket.Shutdown(SocketShutdown.Both);
        }
    }

    // The other side never sends after its welcome: a read that returns means that it is gone. Nothing more may be sent then: the
    // socket would take it all the same.
    private static async Task WatchAsync(Socket socket, CancellationTokenSource gone)
    {
        try
        {
            await socket.ReceiveAsync(new byte[1], gone.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // Either way the connection is over; the sender loop tells why.
        }
        await gone.CancelAsync().ConfigureAwait(false);
    }

    private async Task SendWaitingAsync(Socket socket, CancellationToken gone)
    {
        var batch = ArrayPool<byte>.Shared.Rent(BatchBytes);
        var filled = 0;
        try
        {
            while (!gone.IsCancellationRequested && _outbox.TryTake(out var frame))
            {
                frame.Call?.SentOver = this;
                using (frame)
                    filled = await AppendAsync(socket, batch, filled, frame.Bytes(), gone).ConfigureAwait(false);
            }
            await SendAsync(socket, batch.AsMemory(0, filled), gone).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(batch);
        }
    }

    /// <summary>Sends what is large at once and collects what is small; returns how much of the batch is filled.</summary>
    private static async ValueTask<int> AppendAsync(Socket socket, byte[] batch, int filled, ReadOnlyMemory<byte> bytes, CancellationToken gone)
    {
        if (filled + bytes.Length > batch.Length)
        {
            await SendAsync(socket, batch.AsMemory(0, filled), gone).ConfigureAwait(false);
            filled = 0;
        }
        if (bytes.Length > batch.Length)
        {
            await SendAsync(socket, bytes, gone).ConfigureAwait(false);
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
