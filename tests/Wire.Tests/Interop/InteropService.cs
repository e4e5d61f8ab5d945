using Google.Protobuf;
using Grpc.Core;
using Grpc.Testing;

namespace Grpc.AspNetCore.Tests.Interop;

/// <summary>The server's part of the interoperability cases. One call at a time: what was compressed is asked of one counter.</summary>
internal sealed class InteropService(InteropServer server) : TestService.TestServiceBase
{
    private static readonly WriteOptions Plain = new(WriteFlags.NoCompress);

    public override Task<Empty> EmptyCall(Empty request, ServerCallContext context) => Task.FromResult(new Empty());

    public override async Task<SimpleResponse> UnaryCall(SimpleRequest request, ServerCallContext context)
    {
        Check(request.ExpectCompressed);
        await EchoMetadataAsync(context, request.ResponseCompressed is { Value: true });
        Refuse(request.ResponseStatus);
        return new SimpleResponse { Payload = Zeros(request.ResponseSize) };
    }

    public override async Task<StreamingInputCallResponse> StreamingInputCall(
        IAsyncStreamReader<StreamingInputCallRequest> requestStream, ServerCallContext context)
    {
        int size = 0;
        await foreach (StreamingInputCallRequest request in requestStream.ReadAllAsync())
        {
            Check(request.ExpectCompressed);
            size += request.Payload.Body.Length;
        }
        return new StreamingInputCallResponse { AggregatedPayloadSize = size };
    }

    public override async Task StreamingOutputCall(
        StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responseStream, ServerCallContext context)
    {
        await EchoMetadataAsync(context, request.ResponseParameters.Any(wanted => wanted.Compressed is { Value: true }));
        await AnswerAsync(request, responseStream);
    }

    public override async Task FullDuplexCall(
        IAsyncStreamReader<StreamingOutputCallRequest> requestStream,
        IServerStreamWriter<StreamingOutputCallResponse> responseStream,
        ServerCallContext context)
    {
        await EchoMetadataAsync(context, compressed: false);
        await foreach (StreamingOutputCallRequest request in requestStream.ReadAllAsync())
            await AnswerAsync(request, responseStream);
    }

    private static async Task AnswerAsync(
        StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responseStream)
    {
        Refuse(request.ResponseStatus);
        foreach (ResponseParameters wanted in request.ResponseParameters)
        {
            responseStream.WriteOptions = wanted.Compressed is { Value: false } ? Plain : null;
            await responseStream.WriteAsync(new StreamingOutputCallResponse { Payload = Zeros(wanted.Size) });
        }
    }

    private static async Task EchoMetadataAsync(ServerCallContext context, bool compressed)
    {
        var headers = new Metadata();
        if (compressed)
            headers.Add("grpc-internal-encoding-request", "gzip");
        if (context.RequestHeaders.GetValue(InteropCases.EchoInitial) is { } initial)
            headers.Add(InteropCases.EchoInitial, initial);
        if (headers.Count > 0)
            await context.WriteResponseHeadersAsync(headers);
        if (context.RequestHeaders.GetValueBytes(InteropCases.EchoTrailing) is { } trailing)
            context.ResponseTrailers.Add(InteropCases.EchoTrailing, trailing);
    }

    private static void Refuse(EchoStatus? status)
    {
        if (status is { Code: not 0 })
            throw new RpcException(new Status((StatusCode)status.Code, status.Message));
    }

    private void Check(BoolValue? expected)
    {
        bool compressed = server.Gzip.TakeDecompressed() > 0;
        if (expected is not null && expected.Value != compressed)
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"compressed: {compressed}, expected: {expected.Value}"));
    }

    private static Payload Zeros(int size) => new() { Body = UnsafeByteOperations.UnsafeWrap(new byte[size]) };
}
