using System.Buffers.Binary;
using System.Net;

namespace ExpertCluster.Bench.Latency;

/// <summary>Reads what <see cref="StampServer"/> sends.</summary>
internal sealed class StampClient(string name, Uri address, int size, IReadOnlyDictionary<string, int> processes) : IStampedExchange, IDisposable
{
    private const int PrefixSize = 5;

    private readonly HttpMessageInvoker _invoker = NewInvoker();

    public string Name => name;

    public IReadOnlyDictionary<string, int> Processes => processes;

    public static HttpMessageInvoker NewInvoker() =>
        new(new SocketsHttpHandler { EnableMultipleHttp2Connections = true, UseCookies = false });

    public static HttpRequestMessage NewRequest(Uri uri) => new(HttpMethod.Post, uri)
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    public async Task StreamAsync(int chunks, Action<double> arrived, CancellationToken cancellation)
    {
        using var request = NewRequest(new Uri(address, FormattableString.Invariant(
            $"{StampServer.Path}?{StampServer.Chunks}={chunks}&{StampServer.Size}={size}")));
        using var response = await _invoker.SendAsync(request, cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        byte[] buffer = new byte[4096];
        int frame = PrefixSize + size;
        int held = 0;
        int read;
        while ((read = await body.ReadAsync(buffer.AsMemory(held), cancellation)) > 0)
        {
            held += read;
            int start = 0;
            for (; held - start >= frame; start += frame, chunks--)
            {
                arrived(Stamp.Age(BinaryPrimitives.ReadInt64LittleEndian(buffer.AsSpan(start + PrefixSize))));
            }

            buffer.AsSpan(start, held - start).CopyTo(buffer);
            held -= start;
        }

        if (chunks != 0)
        {
            throw new InvalidOperationException($"{name}: {chunks} chunks did not come");
        }
    }

    public void Dispose() => _invoker.Dispose();
}
