using System.IO.Compression;
using Grpc.Net.Compression;

namespace ExpertCluster.Node.Transport;

/// <summary>
/// A compression of gRPC messages with a bound on what one unpacks to. The libraries, server and client, bound a message's
/// length on the wire only, and 4 MiB of gzip can hold 4 GiB.
/// </summary>
public sealed class BoundedCompression : ICompressionProvider
{
    /// <summary>Without it, what is cut short counts as whole: half a prompt would be answered.</summary>
    private const string StrictSwitch = "System.IO.Compression.UseStrictValidation";

    private readonly ICompressionProvider _inner;
    private readonly int _mostBytes;

    // Read once by the framework, when it first unpacks anything.
    static BoundedCompression() => AppContext.SetSwitch(StrictSwitch, true);

    private BoundedCompression(ICompressionProvider inner, int mostBytes) => (_inner, _mostBytes) = (inner, mostBytes);

    public string EncodingName => _inner.EncodingName;

    /// <summary>Every encoding that this product takes, for a server or a channel to have in the place of its own.</summary>
    /// <param name="mostBytes">The longest message, unpacked.</param>
    public static IReadOnlyList<ICompressionProvider> All(int mostBytes) =>
    [
        new BoundedCompression(new GzipCompressionProvider(CompressionLevel.Fastest), mostBytes),
        new BoundedCompression(new DeflateCompressionProvider(CompressionLevel.Fastest), mostBytes),
    ];

    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) => _inner.CreateCompressionStream(stream, compressionLevel);

    public Stream CreateDecompressionStream(Stream stream) => new BoundedStream(_inner.CreateDecompressionStream(stream), _mostBytes);
}
