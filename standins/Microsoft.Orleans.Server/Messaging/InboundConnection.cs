using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Orleans.OneMachine.Serialization;
using Orleans.Runtime;

namespace Orleans.OneMachine.Messaging;

/// <summary>One connection that another silo has opened.</summary>
internal sealed class InboundConnection(
    Socket socket, Func<Hello, Welcome> judge, SiloAddress local, int maxFrameLength, SiloFrameHandler handler, CancellationToken stopping)
{
    private static readonly TimeSpan GreetingLimit = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _closing = CancellationTokenSource.CreateLinkedTokenSource(stopping);

    public SiloAddress? Sender { get; private set; }

    public void Close() => _closing.Cancel();

    public async Task RunAsync(ILogger logger)
    {
        using var owned = socket;
        try
        {
            socket.NoDelay = true;
            await using var reader = new FrameReader(new NetworkStream(socket, ownsSocket: false));
            if (await GreetAsync(reader).ConfigureAwait(false))
            {
                while (await reader.ReadAsync(maxFrameLength, Handle, _closing.Token).ConfigureAwait(false))
                {
                }
            }
        }
        catch (Exception exception) when (exception is MalformedDataException or FormatException or OverflowException)
        {
            logger.LogWarning(exception, "The silo connection from {Sender} was closed for what it sent", Sender);
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            logger.LogDebug(exception, "The silo connection from {Sender} ended", Sender);
        }
    }

    private void Handle(FrameKind kind, ref WireReader payload) => handler(Sender!, kind, ref payload);

    private async Task<bool> GreetAsync(FrameReader reader)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        limit.CancelAfter(GreetingLimit);
        Hello? received = null;
        await reader.ReadAsync(Hello.MaxLength, Read, limit.Token).ConfigureAwait(false);
        if (received is not { } hello)
            return false;
        Sender = hello.Sender;
        var answer = judge(hello);
        using var frame = new Frame(FrameKind.Welcome, Hello.MaxLength);
        frame.Writer.Byte((byte)answer);
        frame.Writer.String(local.ToParsableString());
        await socket.SendAsync(frame.Bytes(), limit.Token).ConfigureAwait(false);
        return answer == Welcome.Accepted;

        void Read(FrameKind kind, ref WireReader payload) => received = kind == FrameKind.Hello ? Hello.Read(ref payload) : null;
    }
}
