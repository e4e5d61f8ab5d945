using System.Buffers.Binary;

namespace ExpertCluster.Wire.Tests.Abuse;

/// <summary>Frame types of HTTP/2 (RFC 9113, section 6).</summary>
internal enum FrameType : byte
{
    Data = 0,
    Headers = 1,
    ResetStream = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}

/// <summary>Flags of frames.</summary>
[Flags]
internal enum FrameFlags : byte
{
    None = 0,
    EndStream = 1,
    EndHeaders = 4,
}

internal sealed record Http2Frame(FrameType Type, FrameFlags Flags, int Stream, byte[] Payload)
{
    public const int HeaderSize = 9;

    /// <summary>The error code of RST_STREAM and GOAWAY.</summary>
    public int ErrorCode => BinaryPrimitives.ReadInt32BigEndian(Payload.AsSpan(Type == FrameType.GoAway ? 4 : 0));

    public static byte[] Encode(FrameType type, FrameFlags flags, int stream, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[HeaderSize + payload.Length];
        WriteHeader(frame, type, flags, stream, payload.Length);
        payload.CopyTo(frame.AsSpan(HeaderSize));
        return frame;
    }

    public static byte[] EncodeHeader(FrameType type, FrameFlags flags, int stream, int length)
    {
        byte[] header = new byte[HeaderSize];
        WriteHeader(header, type, flags, stream, length);
        return header;
    }

    private static void WriteHeader(Span<byte> header, FrameType type, FrameFlags flags, int stream, int length)
    {
        header[0] = (byte)(length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(header[1..], (ushort)length);
        header[3] = (byte)type;
        header[4] = (byte)flags;
        BinaryPrimitives.WriteInt32BigEndian(header[5..], stream);
    }

    public static async Task<Http2Frame?> ReadAsync(Stream input, CancellationToken cancellationToken)
    {
        byte[] header = new byte[HeaderSize];
        if (await input.ReadAtLeastAsync(header, HeaderSize, throwOnEndOfStream: false, cancellationToken) < HeaderSize)
        {
            return null;
        }

        byte[] payload = new byte[(header[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(1))];
        if (await input.ReadAtLeastAsync(payload, payload.Length, throwOnEndOfStream: false, cancellationToken) < payload.Length)
        {
            return null;
        }

        int stream = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)) & int.MaxValue;
        return new Http2Frame((FrameType)header[3], (FrameFlags)header[4], stream, payload);
    }
}
