using System.Buffers;
using Grpc.Core;
using Grpc.Framing;
using Grpc.Protocol;

namespace Grpc.Net.Client.Calls;

/// <summary>One call with its messages' types.</summary>
internal sealed class GrpcCall<TRequest, TResponse>(
    GrpcChannel channel, Method<TRequest, TResponse> method, string? host, CallOptions options)
    : GrpcCall(channel, method, host, options)
    where TRequest : class
    where TResponse : class
{
    private readonly FrameSerializer _serializer = SerializerOf(channel, options);

    public static FrameSerializer SerializerOf(GrpcChannel channel, CallOptions options) => new(
        channel.Options.MaxSendMessageSize, channel.Encodings.Find(options.Headers?.GetValue(GrpcHeaders.InternalEncodingRequest)), null);

    public void Serialize(TRequest message, IBufferWriter<byte> output, WriteOptions? writeOptions) => _serializer.Serialize(
        message,
        method.RequestMarshaller.ContextualSerializer,
        output,
        mayCompress: writeOptions is null || !writeOptions.Flags.HasFlag(WriteFlags.NoCompress));

    public async ValueTask<FrameReader<TResponse>> ReadResponseAsync(HttpResponseMessage response)
    {
        Stream body = await response.Content.ReadAsStreamAsync(Cancelled).ConfigureAwait(false);
        return new FrameReader<TResponse>(
            new BodyReader(body, due: HasSingleResponse),
            method.ResponseMarshaller.ContextualDeserializer,
            Channel.Options.MaxReceiveMessageSize,
            ResponseStatus.Header(response.Headers, GrpcHeaders.Encoding),
            Channel.Encodings);
    }

    public async Task<TResponse> ReadSingleAsync()
    {
        HttpResponseMessage response = await ResponseAsync().ConfigureAwait(false);
        TResponse? message;
        Outcome outcome;
        FrameReader<TResponse>? frames = null;
        try
        {
            frames = await ReadResponseAsync(response).ConfigureAwait(false);
            message = await frames.ReadSingleAsync(Cancelled).ConfigureAwait(false);
            outcome = ResponseStatus.FromTrailers(response);
        }
        catch (Exception e)
        {
            throw Fail("Error reading next message.", e);
        }
        finally
        {
            frames?.Complete();
        }
        if (message is null)
            outcome = Refined(outcome);
        outcome = End(outcome);
        return outcome.Status.StatusCode == StatusCode.OK ? message! : throw ToException(outcome);
    }

    protected override Outcome Refined(Outcome told) => told.Status.StatusCode == StatusCode.OK && HasSingleResponse
        ? told with { Status = new Status(StatusCode.Internal, "Failed to deserialize response message.") } : told;
}
