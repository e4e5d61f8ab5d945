using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Grpc.AspNetCore.Tests.Support;

/// <summary>A server that speaks HTTP/2 (RFC 9113) frame by frame, for what Kestrel never says. A test plays each connection.</summary>
public sealed class FrameServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> _sockets = [];

    public FrameServer() => _listener.Start();

    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>The next connection, when the client's preface is there.</summary>
    public async Task<FrameConnection> AcceptAsync()
    {
        Socket socket = await _listener.AcceptSocketAsync();
        _sockets.Add(socket);
        var connection = new FrameConnection(new NetworkStream(socket, ownsSocket: true));
        await connection.OpenAsync();
        return connection;
    }

    public ValueTask DisposeAsync()
    {
        _listener.Stop();
        foreach (Socket socket in _sockets)
            socket.Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class FrameConnection(Stream stream)
{
    private const byte Data = 0, Headers = 1, Reset = 3, Settings = 4, Ping = 6, GoAway = 7;
    private const byte EndStream = 1, Ack = 1, EndHeaders = 4;

    // HPACK (RFC 7541) without a table: ":status: 200" is static entry 8, the rest are literals.
    private static readonly byte[] ResponseHeaders = [0x88, .. Literal("content-type", "application/grpc")];
    private static readonly byte[] Trailers = Literal("grpc-status", "0");

    public async Task OpenAsync()
    {
        byte[] preface = new byte[24];
        await stream.ReadExactlyAsync(preface);
        await WriteAsync(Settings, 0, 0, []);
    }

    /// <summary>Reads until a request, or the part of it that has a message, is there. Its stream's number.</summary>
    /// <param name="whole">Wait for the request's end; otherwise for its first message.</param>
    public async Task<int> RequestAsync(bool whole = true)
    {
        while (true)
        {
            (byte type, byte flags, int id, int length) = await ReadAsync();
            if ((type is Data or Headers && (flags & EndStream) != 0) || (!whole && type == Data && length > 0))
                return id;
        }
    }

    /// <summary>Reads until a request's headers are there. Its stream's number.</summary>
    public async Task<int> HeadersAsync()
    {
        while (true)
        {
            (byte type, _, int id, _) = await ReadAsync();
            if (type == Headers)
                return id;
        }
    }

    /// <summary>Answers with one message and OK.</summary>
    public async Task ReplyAsync(int id, byte[] message)
    {
        await WriteAsync(Headers, EndHeaders, id, ResponseHeaders);
        await WriteAsync(Data, 0, id, RawGrpc.Frame(message));
        await WriteAsync(Headers, EndHeaders | EndStream, id, Trailers);
    }

    /// <summary>No new streams; those above the last one were not and will not be processed.</summary>
    public Task GoAwayAsync(int last)
    {
        byte[] payload = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(payload, last);
        return WriteAsync(GoAway, 0, 0, payload);
    }

    /// <summary>REFUSED_STREAM: not processed.</summary>
    public Task RefuseAsync(int id) => WriteAsync(Reset, 0, id, [0, 0, 0, 7]);

    /// <summary>Whether the client closes the connection, as it does when its last stream has ended after a GOAWAY.</summary>
    public async Task UntilClosedAsync()
    {
        try
        {
            while (true)
                await ReadAsync();
        }
        catch (Exception e) when (e is EndOfStreamException or IOException)
        {
            // Closed.
        }
    }

    private static byte[] Literal(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    private async Task<(byte Type, byte Flags, int Id, int Length)> ReadAsync()
    {
        byte[] header = new byte[9];
        await stream.ReadExactlyAsync(header);
        byte[] payload = new byte[(header[0] << 16) | (header[1] << 8) | header[2]];
        await stream.ReadExactlyAsync(payload);
        (byte type, byte flags) = (header[3], header[4]);
        if (type is Settings or Ping && (flags & Ack) == 0)
            await WriteAsync(type, Ack, 0, type == Ping ? payload : []);
        return (type, flags, BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)), payload.Length);
    }

    private async Task WriteAsync(byte type, int flags, int id, byte[] payload)
    {
        byte[] frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = type;
        frame[4] = (byte)flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), id);
        payload.CopyTo(frame, 9);
        await stream.WriteAsync(frame);
    }
}
