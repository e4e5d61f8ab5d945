using System.IO.Compression;
using Grpc.Net.Compression;

namespace Grpc.AspNetCore.Tests.Interop;

/// <summary>Gzip that counts: the only way, through the official API, to see which messages came and went compressed.</summary>
internal sealed class CountingGzip : ICompressionProvider
{
    private readonly GzipCompressionProvider _gzip = new(CompressionLevel.Fastest);
    private int _compressed;
    private int _decompressed;

    public string EncodingName => _gzip.EncodingName;

    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel)
    {
        Interlocked.Increment(ref _compressed);
        return _gzip.CreateCompressionStream(stream, compressionLevel);
    }

    public Stream CreateDecompressionStream(Stream stream)
    {
        Interlocked.Increment(ref _decompressed);
        return _gzip.CreateDecompressionStream(stream);
    }

    /// <summary>Messages compressed since it was asked last.</summary>
    public int TakeCompressed() => Interlocked.Exchange(ref _compressed, 0);

    /// <summary>Messages decompressed since it was asked last.</summary>
    public int TakeDecompressed() => Interlocked.Exchange(ref _decompressed, 0);
}
