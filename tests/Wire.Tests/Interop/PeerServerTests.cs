using Grpc.Net.Client;

namespace Grpc.AspNetCore.Tests.Interop;

/// <summary>The interoperability cases with our client and the servers of others.</summary>
public sealed class PeerServerTests(PeerServerFixture fixture) : IClassFixture<PeerServerFixture>
{
    public static MatrixTheoryData<string, string> Cases { get; } = new(["grpc-js", "grpcio"], InteropCases.All);

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Cases))]
    public async Task Case_OurClientTheirServer_Passes(string peer, string name)
    {
        CancellationToken hang = TestContext.Current.CancellationToken;
        string address = await fixture.AddressAsync(peer, hang);
        var gzip = new CountingGzip();
        using GrpcChannel channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { CompressionProviders = [gzip] });

        // grpcio's server cannot tell which messages came compressed, and grpc-js' cannot compress.
        await new InteropClient(channel, serverSeesCompression: peer == "grpc-js", hang).RunAsync(name);

        Assert.Equal(InteropCases.ClientCompressed(name), gzip.TakeCompressed());
        Assert.Equal(peer == "grpcio" ? InteropCases.ServerCompressed(name) : 0, gzip.TakeDecompressed());
    }
}
