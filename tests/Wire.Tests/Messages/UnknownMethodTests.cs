using ExpertCluster.Wire.Tests.Support;

namespace ExpertCluster.Wire.Tests.Messages;

public sealed class UnknownMethodTests(ServedApps apps)
{
    [Theory(Timeout = 60_000)]
    [InlineData("router", "/expertcluster.v1.Completions/Embed")]
    [InlineData("router", "/expertcluster.v1.Experts/Generate")]
    [InlineData("router", "/inference.GRPCInferenceService/SystemSharedMemoryStatus")]
    [InlineData("host", "/expertcluster.v1.Experts/Unload")]
    [InlineData("host", "/expertcluster.v1.Completions/Complete")]
    [InlineData("host", "/vllm.grpc.engine.VllmEngine/GetTokenizer")]
    [InlineData("host", "/a/b")]
    public async Task Post_UnknownMethod_IsUnimplemented(string server, string path)
    {
        await using var client = await apps[server].ConnectAsync();
        await client.RequestAsync(1, path);
        await client.DataAsync(1, RawGrpc.Frame([]), end: true);

        var end = await client.EndOfCallAsync(1);

        Assert.Equal(("200", "12"), (end[":status"], end["grpc-status"]));
    }
}
