using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Testing;

namespace Grpc.AspNetCore.Tests.Interop;

/// <summary>The client's part of the interoperability cases with one message each way; the other part has the streams.</summary>
/// <param name="channel">To the server.</param>
/// <param name="serverSeesCompression">Whether the server can tell which messages came compressed.</param>
/// <param name="hang">Ends calls that would hang.</param>
internal sealed partial class InteropClient(GrpcChannel channel, bool serverSeesCompression, CancellationToken hang)
{
    private static readonly WriteOptions Plain = new(WriteFlags.NoCompress);
    private static readonly Metadata Gzip = new() { { "grpc-internal-encoding-request", "gzip" } };

    private readonly TestService.TestServiceClient _client = new(channel);

    public Task RunAsync(string name) => name switch
    {
        "empty_unary" => EmptyUnaryAsync(),
        "large_unary" => LargeAsync(new SimpleRequest(), Options()),
        "client_compressed_unary" => ClientCompressedUnaryAsync(),
        "server_compressed_unary" => ServerCompressedUnaryAsync(),
        "client_streaming" => ClientStreamingAsync(),
        "server_streaming" => ServerStreamingAsync(InteropCases.ResponseSizes, null),
        "client_compressed_streaming" => ClientCompressedStreamingAsync(),
        "server_compressed_streaming" => ServerStreamingAsync([31_415, 92_653], [true, false]),
        "ping_pong" => PingPongAsync(),
        "empty_stream" => EmptyStreamAsync(),
        "custom_metadata" => CustomMetadataAsync(),
        "status_code_and_message" => StatusCodeAndMessageAsync(),
        "special_status_message" => EndsWithAsync(
            _client.UnaryCallAsync(Failing(InteropCases.SpecialMessage), Options()).ResponseAsync,
            StatusCode.Unknown, InteropCases.SpecialMessage),
        "unimplemented_method" => EndsWithAsync(_client.UnimplementedCallAsync(new Empty(), Options()).ResponseAsync, StatusCode.Unimplemented),
        "unimplemented_service" => EndsWithAsync(
            new UnimplementedService.UnimplementedServiceClient(channel).UnimplementedCallAsync(new Empty(), Options()).ResponseAsync,
            StatusCode.Unimplemented),
        "cancel_after_begin" => CancelAfterBeginAsync(),
        "cancel_after_first_response" => CancelAfterFirstResponseAsync(),
        "timeout_on_sleeping_server" => TimeoutOnSleepingServerAsync(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such case."),
    };

    private async Task EmptyUnaryAsync() => Assert.Equal(new Empty(), await _client.EmptyCallAsync(new Empty(), Options()));

    private async Task LargeAsync(SimpleRequest request, CallOptions options)
    {
        request.ResponseSize = InteropCases.LargeResponse;
        request.Payload = Zeros(InteropCases.LargeRequest);
        SimpleResponse response = await _client.UnaryCallAsync(request, options);
        Assert.Equal(InteropCases.LargeResponse, response.Payload.Body.Length);
    }

    private async Task ClientCompressedUnaryAsync()
    {
        var compressed = new SimpleRequest { ExpectCompressed = new BoolValue { Value = true } };
        if (serverSeesCompression)
        {
            // A server that does not check would pass the rest without reading a flag.
            await EndsWithAsync(LargeAsync(compressed, Options()), StatusCode.InvalidArgument);
        }
        await LargeAsync(compressed, Options(Gzip));
        await LargeAsync(new SimpleRequest { ExpectCompressed = new BoolValue { Value = false } }, Options(Gzip).WithWriteOptions(Plain));
    }

    private async Task ServerCompressedUnaryAsync()
    {
        foreach (bool compressed in (bool[])[true, false])
            await LargeAsync(new SimpleRequest { ResponseCompressed = new BoolValue { Value = compressed } }, Options());
    }

    private async Task CustomMetadataAsync()
    {
        var metadata = new Metadata
        {
            { InteropCases.EchoInitial, InteropCases.InitialValue },
            { InteropCases.EchoTrailing, InteropCases.TrailingValue },
        };
        var request = new SimpleRequest { ResponseSize = InteropCases.LargeResponse, Payload = Zeros(InteropCases.LargeRequest) };
        using AsyncUnaryCall<SimpleResponse> unary = _client.UnaryCallAsync(request, Options(metadata));
        await unary;
        AssertEchoed(await unary.ResponseHeadersAsync, unary.GetTrailers());

        using AsyncDuplexStreamingCall<StreamingOutputCallRequest, StreamingOutputCallResponse> duplex =
            _client.FullDuplexCall(Options(metadata));
        await duplex.RequestStream.WriteAsync(Wanting(InteropCases.LargeRequest, InteropCases.LargeResponse), hang);
        await duplex.RequestStream.CompleteAsync();
        Assert.True(await duplex.ResponseStream.MoveNext(hang));
        Assert.False(await duplex.ResponseStream.MoveNext(hang));
        AssertEchoed(await duplex.ResponseHeadersAsync, duplex.GetTrailers());
    }

    private async Task StatusCodeAndMessageAsync()
    {
        await EndsWithAsync(
            _client.UnaryCallAsync(Failing(InteropCases.StatusMessage), Options()).ResponseAsync,
            StatusCode.Unknown, InteropCases.StatusMessage);
        using AsyncDuplexStreamingCall<StreamingOutputCallRequest, StreamingOutputCallResponse> duplex = _client.FullDuplexCall(Options());
        try
        {
            await duplex.RequestStream.WriteAsync(
                new StreamingOutputCallRequest { ResponseStatus = Failing(InteropCases.StatusMessage).ResponseStatus }, hang);
            await duplex.RequestStream.CompleteAsync();
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unknown)
        {
            // The server's answer can be here before the write's flush is over.
        }
        await EndsWithAsync(duplex.ResponseStream.MoveNext(hang), StatusCode.Unknown, InteropCases.StatusMessage);
    }

    private static void AssertEchoed(Metadata headers, Metadata trailers)
    {
        Assert.Equal(InteropCases.InitialValue, headers.GetValue(InteropCases.EchoInitial));
        Assert.Equal(InteropCases.TrailingValue, trailers.GetValueBytes(InteropCases.EchoTrailing)!);
    }

    private static async Task EndsWithAsync(Task call, StatusCode code, string? detail = null)
    {
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal(code, e.StatusCode);
        if (detail is not null)
            Assert.Equal(detail, e.Status.Detail);
    }

    private CallOptions Options(Metadata? headers = null) => new(headers, cancellationToken: hang);

    private static SimpleRequest Failing(string message) =>
        new() { ResponseStatus = new EchoStatus { Code = (int)StatusCode.Unknown, Message = message } };

    private static Payload Zeros(int size) => new() { Body = UnsafeByteOperations.UnsafeWrap(new byte[size]) };
}
