using System.Buffers;
using Grpc.Core;
using Grpc.Framing;
using Grpc.Net.Compression;
using Grpc.Protocol;

namespace Grpc.Net.Client.Calls;

/// <summary>One call with its messages' types.</summary>
internal sealed class GrpcCall<TRequest, TResponse>(
    GrpcChannel channel, Method<TRequest, TResponse> method, string? host, CallOptions options)
    : GrpcCall(channel, method, host, options)
    where TRequest : class
    where TResponse : class
{
    private readonly ICompressionProvider? _compression =
        channel.Encodings.Find(options.Headers?.GetValue(GrpcHeaders.InternalEncodingRequest));

    public void Serialize(TRequest message, IBufferWriter<byte> output, WriteOptions? writeOptions)
    {
        FrameSerializer frames = FrameSerializer.Rent(Channel.Options.MaxSendMessageSize, _compression, null);
        frames.Serialize(message, method.RequestMarshaller.ContextualSerializer, output, MayCompress(writeOptions));
        frames.Return();
    }

    /// <inheritdoc cref="FrameSerializer.ToFrame"/>
    public byte[]? ToFrame(TRequest message, WriteOptions? writeOptions, out PooledBufferWriter? large)
    {
        FrameSerializer frames = FrameSerializer.Rent(Channel.Options.MaxSendMessageSize, _compression, null);
        byte[]? small = frames.ToFrame(message, method.RequestMarshaller.ContextualSerializer, MayCompress(writeOptions), out large);
        frames.Return();
        return small;
    }

    public async ValueTask<StreamFrameReader<TResponse>> OpenStreamAsync(HttpResponseMessage response) => new(
        new BodyReader(await response.Content.ReadAsStreamAsync(Cancelled).ConfigureAwait(false), due: false),
        method.ResponseMarshaller.ContextualDeserializer,
        Channel.Options.MaxReceiveMessageSize,
        ResponseStatus.Header(response.Headers, GrpcHeaders.Encoding),
        Channel.Encodings);

    public async Task<TResponse> ReadSingleAsync()
    {
        HttpResponseMessage response = await ResponseAsync().ConfigureAwait(false);
        TResponse? message;
        Outcome outcome;
        FrameReader<TResponse>? frames = null;
        try
        {
            frames = new FrameReader<TResponse>(
                new BodyReader(await response.Content.ReadAsStreamAsync(Cancelled).ConfigureAwait(false), due: true),
                method.ResponseMarshaller.ContextualDeserializer,
                Channel.Options.MaxReceiveMessageSize,
                ResponseStatus.Header(response.Headers, GrpcHeaders.Encoding),
                Channel.Encodings);
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

    private static bool MayCompress(WriteOptions? options) => options is null || !options.Flags.HasFlag(WriteFlags.NoCompress);

    protected override Outcome Refined(Outcome told) => told.Status.StatusCode == StatusCode.OK && HasSingleResponse
        ? told with { Status = new Status(StatusCode.Internal, "Failed to deserialize response message.") } : told;
}
