using Grpc.Core;
using Grpc.Net.Client;

namespace Grpc.AspNetCore.Tests.Support;

/// <summary>Calls to paths without a proto, with messages of bytes.</summary>
public static class BytesMethod
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create<byte[]>(message => message, message => message);

    public static Method<byte[], byte[]> Of(MethodType type, string service, string name) => new(type, service, name, Bytes, Bytes);

    public static async Task<byte[]> UnaryAsync(this GrpcChannel channel, string service, string name, byte[]? request = null) =>
        await channel.CreateCallInvoker().AsyncUnaryCall(Of(MethodType.Unary, service, name), null, default, request ?? []);

    public static AsyncServerStreamingCall<byte[]> ServerStream(this GrpcChannel channel, string service, string name) =>
        channel.CreateCallInvoker().AsyncServerStreamingCall(Of(MethodType.ServerStreaming, service, name), null, default, []);
}
