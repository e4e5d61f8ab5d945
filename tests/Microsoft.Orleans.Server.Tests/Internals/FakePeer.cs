using System.Net;
using System.Net.Sockets;
using Microsoft.Orleans.Server.Tests.Support;
using Orleans.OneMachine.Messaging;
using Orleans.OneMachine.Serialization;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests.Internals;

/// <summary>A silo that only listens: it takes connections one by one, greets or does not, reads frames, and hangs up.</summary>
internal sealed class FakePeer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public FakePeer()
    {
        _listener.Start();
        Address = SiloAddress.New(IPAddress.Loopback, ((IPEndPoint)_listener.LocalEndpoint).Port, 1);
    }

    public SiloAddress Address { get; }

    /// <summary>The next connection, its greeting read and not answered.</summary>
    public async Task<Connection> AcceptAsync()
    {
        var socket = await _listener.AcceptSocketAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
        var connection = new Connection(socket, Address);
        Assert.Equal(FrameKind.Hello, (await connection.ReadAsync())?.Kind);
        return connection;
    }

    /// <summary>As <see cref="AcceptAsync"/>, and welcomes the caller.</summary>
    public async Task<Connection> WelcomeAsync()
    {
        var connection = await AcceptAsync();
        await connection.GreetAsync(Welcome.Accepted);
        return connection;
    }

    public bool HasCaller() => _listener.Pending();

    public void Dispose() => _listener.Dispose();

    /// <summary>A frame as it came: for requests and answers, with the number of the call.</summary>
    internal sealed record Received(FrameKind Kind, long Call, byte[] Rest);

    /// <summary>One connection, from the side that was called.</summary>
    internal sealed class Connection(Socket socket, SiloAddress local) : IAsyncDisposable
    {
        private readonly FrameReader _reader = new(new NetworkStream(socket, ownsSocket: false));

        public async Task GreetAsync(Welcome answer)
        {
            using var frame = new Frame(FrameKind.Welcome, Hello.MaxLength);
            frame.Writer.Byte((byte)answer);
            frame.Writer.String(local.ToParsableString());
            await socket.SendAsync(frame.Bytes(), TestContext.Current.CancellationToken);
        }

        /// <summary>Null once the other side has hung up.</summary>
        public async Task<Received?> ReadAsync()
        {
            Received? received = null;
            await _reader.ReadAsync(1 << 20, Take, TestContext.Current.CancellationToken).AsTask().WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
            return received;

            void Take(FrameKind kind, ref WireReader payload) =>
                received = new(kind, kind == FrameKind.Hello ? 0 : (long)payload.Varint(), payload.Rest().ToArray());
        }

        /// <summary>Hangs up.</summary>
        public async ValueTask DisposeAsync()
        {
            await _reader.DisposeAsync();
            socket.Dispose();
        }
    }
}
