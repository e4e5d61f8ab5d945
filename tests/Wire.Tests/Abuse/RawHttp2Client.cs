using System.Buffers.Binary;
using System.Net.Sockets;

namespace ExpertCluster.Wire.Tests.Abuse;

/// <summary>One HTTP/2 connection, frame by frame: it sends what no honest client would, and leaves out what every one does.</summary>
internal sealed class RawHttp2Client : IAsyncDisposable
{
    private static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly Dictionary<int, int> _credits = new() { [0] = 65_535 };
    private int _streamWindow = 65_535;

    /// <summary>Streams that the server has reset, as far as this client has read, and with which codes.</summary>
    public Dictionary<int, int> Resets { get; } = [];

    private RawHttp2Client(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <param name="address">Of the server.</param>
    /// <param name="connectionWindow">Bytes that the server may send over all streams; HTTP/2 begins with 65,535 each.</param>
    public static async Task<RawHttp2Client> ConnectAsync(string address, int connectionWindow = 1 << 30)
    {
        var uri = new Uri(address);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(uri.Host, uri.Port);
        var client = new RawHttp2Client(socket);
        await client._stream.WriteAsync(Preface);

        // SETTINGS_HEADER_TABLE_SIZE = 0: every header comes as a literal.
        await client.SendAsync(FrameType.Settings, FrameFlags.None, 0, [0, 1, 0, 0, 0, 0]);
        await client.GrantAsync(0, connectionWindow - 65_535);
        return client;
    }

    public Task SendAsync(FrameType type, FrameFlags flags, int stream, ReadOnlySpan<byte> payload) =>
        SendAsync(Http2Frame.Encode(type, flags, stream, payload));

    /// <summary>Several frames at once, or bytes that are none.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _stream.WriteAsync(bytes, TestContext.Current.CancellationToken);

    /// <summary>Begins a gRPC request.</summary>
    public Task RequestAsync(int stream, string path, bool end = false, params (string Name, string Value)[] headers) =>
        SendAsync(FrameType.Headers, FrameFlags.EndHeaders | (end ? FrameFlags.EndStream : 0), stream, RequestBlock(path, headers));

    public Task DataAsync(int stream, ReadOnlySpan<byte> payload, bool end) =>
        SendAsync(FrameType.Data, end ? FrameFlags.EndStream : FrameFlags.None, stream, payload);

    /// <summary>As <see cref="DataAsync"/>, but within the windows that the server grants.</summary>
    public async Task UploadAsync(int stream, ReadOnlyMemory<byte> payload, bool end)
    {
        while (_credits[0] < payload.Length || _credits.GetValueOrDefault(stream, 0) + _streamWindow < payload.Length)
        {
            Assert.NotNull(await ReadAsync());
        }

        _credits[0] -= payload.Length;
        _credits[stream] = _credits.GetValueOrDefault(stream, 0) - payload.Length;
        await SendAsync(Http2Frame.EncodeHeader(FrameType.Data, end ? FrameFlags.EndStream : FrameFlags.None, stream, payload.Length));
        await SendAsync(payload);
    }

    /// <summary>Resets with CANCEL.</summary>
    public Task ResetAsync(int stream) => SendAsync(FrameType.ResetStream, FrameFlags.None, stream, [0, 0, 0, 8]);

    /// <summary>Lets the server send more on a stream, or with 0 on the connection.</summary>
    public Task GrantAsync(int stream, int bytes)
    {
        byte[] payload = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, bytes);
        return SendAsync(FrameType.WindowUpdate, FrameFlags.None, stream, payload);
    }

    /// <summary>What the server may send on each new stream until it is granted more; 65,535 where nothing is said.</summary>
    public Task WindowAsync(int bytes)
    {
        // SETTINGS_INITIAL_WINDOW_SIZE
        byte[] setting = [0, 4, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(setting.AsSpan(2), bytes);
        return SendAsync(FrameType.Settings, FrameFlags.None, 0, setting);
    }

    /// <summary>The next frame; null once the server has closed the connection.</summary>
    public async Task<Http2Frame?> ReadAsync()
    {
        try
        {
            var frame = await Http2Frame.ReadAsync(_stream, TestContext.Current.CancellationToken);
            Note(frame);
            return frame;
        }
        catch (IOException)
        {
            // Reset: closed with bytes of ours unread.
            return null;
        }
    }

    /// <summary>The next frame that a test looks for; null when the connection closes before.</summary>
    public async Task<Http2Frame?> ReadUntilAsync(Func<Http2Frame, bool> wanted)
    {
        Http2Frame? frame;
        do
        {
            frame = await ReadAsync();
        }
        while (frame is not null && !wanted(frame));
        return frame;
    }

    /// <summary>The headers that end a call: its trailers, or its only headers.</summary>
    public async Task<Dictionary<string, string>> EndOfCallAsync(int stream)
    {
        var end = await ReadUntilAsync(frame =>
            frame.Stream == stream && (frame.Type == FrameType.ResetStream || frame.Flags.HasFlag(FrameFlags.EndStream)));
        Assert.Equal(FrameType.Headers, end?.Type);
        return HeaderBlock.Decode(end!.Payload);
    }

    public static byte[] RequestBlock(string path, params (string Name, string Value)[] headers) => HeaderBlock.Encode(
    [
        (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "test"),
        ("content-type", "application/grpc"), ("te", "trailers"), .. headers,
    ]);

    private void Note(Http2Frame? frame)
    {
        if (frame?.Type == FrameType.ResetStream)
        {
            Resets[frame.Stream] = frame.ErrorCode;
        }
        else if (frame?.Type == FrameType.WindowUpdate)
        {
            _credits[frame.Stream] = _credits.GetValueOrDefault(frame.Stream, 0) + BinaryPrimitives.ReadInt32BigEndian(frame.Payload);
        }
        else if (frame?.Type == FrameType.Settings)
        {
            for (int at = 0; at < frame.Payload.Length; at += 6)
            {
                // SETTINGS_INITIAL_WINDOW_SIZE
                if (frame.Payload[at + 1] == 4)
                {
                    _streamWindow = BinaryPrimitives.ReadInt32BigEndian(frame.Payload.AsSpan(at + 2));
                }
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        // With a reset: the server must not wait for what this client will never read.
        _socket.LingerState = new LingerOption(true, 0);
        return _stream.DisposeAsync();
    }
}
