using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace ExpertCluster.Bench.Wire;

/// <summary>
/// The least that SocketsHttpHandler lets one do for the same exchange: the headers of a gRPC call, one message sent, and of the
/// response each message found by its prefix, and the status in the trailers. No call object, no deserializer, no await a message.
/// </summary>
internal sealed class BareWireClient(Uri address) : IWireClient
{
    private const int PrefixSize = 5;

    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler { EnableMultipleHttp2Connections = true, UseCookies = false });
    private readonly Uri _unary = new(address, WireServer.BareUnary);
    private readonly Uri _stream = new(address, WireServer.BareStream);

    public Task UnaryAsync() => ExchangeAsync(_unary, 1, null);

    public Task StreamAsync(int count) => ExchangeAsync(_stream, count, count.ToString(CultureInfo.InvariantCulture));

    public void Dispose() => _invoker.Dispose();

    private async Task ExchangeAsync(Uri uri, int count, string? header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, uri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new BareContent(),
        };
        request.Headers.TryAddWithoutValidation("User-Agent", "grpc-dotnet/2.85.0");
        request.Headers.TryAddWithoutValidation("TE", "trailers");
        request.Headers.TryAddWithoutValidation("grpc-accept-encoding", "identity,deflate,gzip");
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation(WireService.CountHeader, header);
        }

        using var response = await _invoker.SendAsync(request, CancellationToken.None);
        await using var body = await response.Content.ReadAsStreamAsync();
        int messages = await CountMessagesAsync(body);
        if (messages != count || response.TrailingHeaders.NonValidated["grpc-status"].ToString() != "0")
        {
            throw new InvalidOperationException($"{messages} of {count} messages came");
        }
    }

    private static async Task<int> CountMessagesAsync(Stream body)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(4096);
        int messages = 0;
        int held = 0;
        int read;
        while ((read = await body.ReadAsync(buffer.AsMemory(held))) > 0)
        {
            held += read;
            int start = 0;
            while (held - start >= PrefixSize
                && held - start - PrefixSize >= BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(start + 1)))
            {
                start += PrefixSize + BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(start + 1));
                messages++;
            }

            buffer.AsSpan(start, held - start).CopyTo(buffer);
            held -= start;
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return messages;
    }

    /// <summary>One message. Without a content-length, since a gRPC call sends none.</summary>
    private sealed class BareContent : HttpContent
    {
        public BareContent() => Headers.TryAddWithoutValidation("Content-Type", "application/grpc");

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            stream.WriteAsync(Message.Framed, cancellationToken).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
