using Grpc.Core;

namespace Grpc.Framing;

/// <summary>The statuses of bad frames, with the official texts.</summary>
internal static class FramingErrors
{
    public static RpcException ReceivedTooLarge() =>
        new(new Status(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size."));

    public static RpcException SendTooLarge() =>
        new(new Status(StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size."));

    public static RpcException Incomplete() => new(new Status(StatusCode.Internal, "Incomplete message."));

    public static RpcException Additional() => new(new Status(StatusCode.Internal, "Additional data after the message received."));

    public static RpcException Cancelled() => new(new Status(StatusCode.Internal, "Incoming message cancelled."));

    public static RpcException BadFlag(byte flag) =>
        new(new Status(StatusCode.Internal, $"Unexpected compressed flag value {flag} in message header."));

    public static RpcException BadCompression(Exception cause) =>
        new(new Status(StatusCode.Internal, "The compressed message is damaged.", cause));

    public static RpcException CompressedWithoutEncoding(string? encoding) => new(new Status(
        StatusCode.Internal,
        encoding is null
            ? "Request did not include grpc-encoding value with compressed message."
            : "Request sent 'identity' grpc-encoding value with compressed message."));

    public static RpcException UnknownEncoding(string encoding, string supported) => new(new Status(
        StatusCode.Unimplemented, $"Unsupported grpc-encoding value '{encoding}'. Supported encodings: {supported.Replace(",", ", ", StringComparison.Ordinal)}"));
}
