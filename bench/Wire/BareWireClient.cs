using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace ExpertCluster.Bench.Wire;

/// <summary>The least that SocketsHttpHandler lets one do: it counts bytes and looks at none.</summary>
internal sealed class BareWireClient(Uri address) : IWireClient
{
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
            Content = new ByteArrayContent(Message.Framed),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TryAddWithoutValidation("TE", "trailers");
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation(WireService.CountHeader, header);
        }

        using var response = await _invoker.SendAsync(request, CancellationToken.None);
        await using var body = await response.Content.ReadAsStreamAsync();
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(4096);
        long left = (long)count * Message.Framed.Length;
        int read;
        while ((read = await body.ReadAsync(buffer)) > 0)
        {
            left -= read;
        }

        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        if (left != 0 || !response.TrailingHeaders.NonValidated.Contains("grpc-status"))
        {
            throw new InvalidOperationException($"{left} bytes did not come");
        }
    }
}
