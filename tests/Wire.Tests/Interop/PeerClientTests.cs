namespace Grpc.AspNetCore.Tests.Interop;

/// <summary>The interoperability cases with our server and the clients of others.</summary>
public sealed class PeerClientTests(PeerClientFixture fixture) : IClassFixture<PeerClientFixture>
{
    public static MatrixTheoryData<string, string> Cases { get; } = new(["grpc-js", "grpcio"], InteropCases.All);

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Cases))]
    public async Task Case_TheirClientOurServer_Passes(string peer, string name)
    {
        fixture.Server.Gzip.TakeCompressed();
        Assert.Null(await fixture.RunAsync(peer, name, TestContext.Current.CancellationToken));
        Assert.Equal(InteropCases.ServerCompressed(name), fixture.Server.Gzip.TakeCompressed());
    }
}
