using Grpc.Core;
using Grpc.Testing;

namespace Grpc.AspNetCore.Tests.Interop;

internal sealed partial class InteropClient
{
    private async Task ClientStreamingAsync()
    {
        using AsyncClientStreamingCall<StreamingInputCallRequest, StreamingInputCallResponse> call = _client.StreamingInputCall(Options());
        foreach (int size in InteropCases.RequestSizes)
            await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = Zeros(size) }, hang);
        await call.RequestStream.CompleteAsync();
        Assert.Equal(74_922, (await call).AggregatedPayloadSize);
    }

    private async Task ClientCompressedStreamingAsync()
    {
        if (serverSeesCompression)
        {
            using AsyncClientStreamingCall<StreamingInputCallRequest, StreamingInputCallResponse> probe = _client.StreamingInputCall(Options());
            await probe.RequestStream.WriteAsync(Marked(27_182, compressed: true), hang);
            await EndsWithAsync(probe.ResponseAsync, StatusCode.InvalidArgument);
        }
        using AsyncClientStreamingCall<StreamingInputCallRequest, StreamingInputCallResponse> call =
            _client.StreamingInputCall(Options(Gzip));
        await call.RequestStream.WriteAsync(Marked(27_182, compressed: true), hang);
        call.RequestStream.WriteOptions = Plain;
        await call.RequestStream.WriteAsync(Marked(45_904, compressed: false), hang);
        await call.RequestStream.CompleteAsync();
        Assert.Equal(73_086, (await call).AggregatedPayloadSize);
    }

    private async Task ServerStreamingAsync(int[] sizes, bool[]? compressed)
    {
        StreamingOutputCallRequest request = Wanting(0, sizes);
        for (int i = 0; i < compressed?.Length; i++)
            request.ResponseParameters[i].Compressed = new BoolValue { Value = compressed[i] };
        using AsyncServerStreamingCall<StreamingOutputCallResponse> call = _client.StreamingOutputCall(request, Options());
        var received = new List<int>();
        await foreach (StreamingOutputCallResponse response in call.ResponseStream.ReadAllAsync(hang))
            received.Add(response.Payload.Body.Length);
        Assert.Equal(sizes, received);
    }

    private async Task PingPongAsync()
    {
        using AsyncDuplexStreamingCall<StreamingOutputCallRequest, StreamingOutputCallResponse> call = _client.FullDuplexCall(Options());
        foreach ((int request, int response) in InteropCases.RequestSizes.Zip(InteropCases.ResponseSizes))
        {
            await call.RequestStream.WriteAsync(Wanting(request, response), hang);
            Assert.True(await call.ResponseStream.MoveNext(hang));
            Assert.Equal(response, call.ResponseStream.Current.Payload.Body.Length);
        }
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(hang));
    }

    private async Task EmptyStreamAsync()
    {
        using AsyncDuplexStreamingCall<StreamingOutputCallRequest, StreamingOutputCallResponse> call = _client.FullDuplexCall(Options());
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(hang));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    private async Task CancelAfterBeginAsync()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(hang);
        using AsyncClientStreamingCall<StreamingInputCallRequest, StreamingInputCallResponse> call =
            _client.StreamingInputCall(cancellationToken: cancel.Token);
        await cancel.CancelAsync();
        await EndsWithAsync(call.ResponseAsync, StatusCode.Cancelled);
    }

    private async Task CancelAfterFirstResponseAsync()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(hang);
        using AsyncDuplexStreamingCall<StreamingOutputCallRequest, StreamingOutputCallResponse> call =
            _client.FullDuplexCall(cancellationToken: cancel.Token);
        await call.RequestStream.WriteAsync(Wanting(27_182, 31_415), hang);
        Assert.True(await call.ResponseStream.MoveNext(hang));
        await cancel.CancelAsync();
        await EndsWithAsync(call.ResponseStream.MoveNext(hang), StatusCode.Cancelled);
    }

    private async Task TimeoutOnSleepingServerAsync()
    {
        DateTime deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(1);
        using AsyncDuplexStreamingCall<StreamingOutputCallRequest, StreamingOutputCallResponse> call =
            _client.FullDuplexCall(deadline: deadline, cancellationToken: hang);
        try
        {
            await call.RequestStream.WriteAsync(new StreamingOutputCallRequest { Payload = Zeros(27_182) }, hang);
        }
        catch (RpcException e)
        {
            // The deadline may well have come first.
            Assert.Equal(StatusCode.DeadlineExceeded, e.StatusCode);
        }
        await EndsWithAsync(call.ResponseStream.MoveNext(hang), StatusCode.DeadlineExceeded);
    }

    private static StreamingInputCallRequest Marked(int size, bool compressed) =>
        new() { Payload = Zeros(size), ExpectCompressed = new BoolValue { Value = compressed } };

    private static StreamingOutputCallRequest Wanting(int payload, params int[] responses)
    {
        var request = new StreamingOutputCallRequest { Payload = Zeros(payload) };
        request.ResponseParameters.Add(responses.Select(size => new ResponseParameters { Size = size }));
        return request;
    }
}
