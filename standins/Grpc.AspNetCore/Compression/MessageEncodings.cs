using System.Collections.Frozen;
using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>The encodings that one side understands.</summary>
internal sealed class MessageEncodings
{
    private readonly FrozenDictionary<string, ICompressionProvider> _providers;

    public MessageEncodings(IEnumerable<ICompressionProvider> providers)
    {
        _providers = providers.ToFrozenDictionary(provider => provider.EncodingName, StringComparer.Ordinal);
        AcceptHeader = string.Join(',', _providers.Keys.Order(StringComparer.Ordinal).Prepend(Protocol.GrpcHeaders.Identity));
    }

    public static MessageEncodings Default { get; } = new(
        [new GzipCompressionProvider(CompressionLevel.Fastest), new DeflateCompressionProvider(CompressionLevel.Fastest)]);

    /// <summary>The value of grpc-accept-encoding.</summary>
    public string AcceptHeader { get; }

    public ICompressionProvider? Find(string? name) =>
        name is null ? null : _providers.GetValueOrDefault(name);
}
