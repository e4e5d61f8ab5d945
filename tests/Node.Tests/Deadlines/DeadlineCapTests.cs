using ExpertCluster.Node.Deadlines;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Tests.Support;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Node.Tests.Deadlines;

public sealed class DeadlineCapTests
{
    [Theory]
    [InlineData(null, "60000m")]
    [InlineData("2S", "2S")]
    [InlineData("60S", "60S")]
    [InlineData("61S", "60000m")]
    [InlineData("99999999H", "60000m")]
    [InlineData("soon", "60000m")]
    [InlineData("-1S", "60000m")]
    [InlineData("123456789m", "60000m")]
    public void Run_GrpcCall_NamesNoMoreThanTheLimit(string? named, string expected) =>
        Assert.Equal(expected, Run("application/grpc", "/expertcluster.v1.Completions/Complete", named));

    [Theory]
    [InlineData("application/grpc", "/grpc.health.v1.Health/Watch")]
    [InlineData("application/json", "/v1/completions")]
    public void Run_HealthWatchAndHttp_AreLeftAlone(string type, string path) => Assert.Equal("", Run(type, path, null));

    [Fact]
    public async Task Call_NobodyEndsIt_EndsAtTheServersLimit()
    {
        await using var server = await TestServer.StartAsync(new TransportOptions { MaxCallSeconds = 1 });
        using var client = new TestClient(server.GrpcAddress);
        var (stream, _) = await client.BeginAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        stream.Dispose();
    }

    private static string Run(string type, string path, string? timeout)
    {
        var http = new DefaultHttpContext();
        http.Request.ContentType = type;
        http.Request.Path = path;
        http.Request.Headers["grpc-timeout"] = timeout;
        new DeadlineCap(new TransportOptions { MaxCallSeconds = 60 }, TimeProvider.System).RunAsync(http, _ => Task.CompletedTask);
        return http.Request.Headers["grpc-timeout"].ToString();
    }
}
