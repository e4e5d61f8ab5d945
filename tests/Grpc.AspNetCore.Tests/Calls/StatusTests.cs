using System.Net;
using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Calls;

public sealed class StatusTests
{
    [Theory]
    [InlineData(false, "Exception was thrown by handler.")]
    [InlineData(true, "Exception was thrown by handler. ArgumentException: secret detail")]
    public async Task MethodThrows_AnException_IsUnknown(bool detailed, string detail)
    {
        await using EchoServer server = await EchoServer.StartAsync(options => options.EnableDetailedErrors = detailed);
        server.Behaviour.Unary = (_, _) => throw new ArgumentException("secret detail");
        await AssertStatusAsync(server.Client().UnaryAsync(new EchoRequest()).ResponseAsync, StatusCode.Unknown, detail);
    }

    [Fact]
    public async Task Method_NotOverridden_IsUnimplemented()
    {
        await using EchoServer server = await EchoServer.StartAsync();
        await AssertStatusAsync(server.Client().MissingAsync(new EchoRequest()).ResponseAsync, StatusCode.Unimplemented, "");
    }

    [Theory]
    [InlineData("standin.test.Echo", "Nothing", "Method is unimplemented.")]
    [InlineData("standin.test.Nothing", "Unary", "Service is unimplemented.")]
    public async Task Path_Unknown_IsUnimplemented(string service, string method, string detail)
    {
        await using EchoServer server = await EchoServer.StartAsync();
        await AssertStatusAsync(server.Channel().UnaryAsync(service, method), StatusCode.Unimplemented, detail);
    }

    [Fact]
    public async Task OtherEndpoints_NextToGrpc_KeepTheirRoutesAndTheir404()
    {
        await using EchoServer server = await EchoServer.StartAsync(map: app => app.MapPost("/v1/completions", () => "rest"));
        RawReply rest = await RawGrpc.PostAsync(server, "/v1/completions", [], contentType: null);
        Assert.Equal(HttpStatusCode.OK, rest.Http);
        RawReply unknown = await RawGrpc.PostAsync(server, "/v1/unknown", [], "application/json");
        Assert.Equal(HttpStatusCode.NotFound, unknown.Http);
        Assert.Null(unknown.Status);
    }

    [Theory]
    [InlineData("application/json", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpc-web", HttpStatusCode.UnsupportedMediaType)]
    [InlineData(null, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpc+proto", HttpStatusCode.OK)]
    public async Task Request_ContentType_DecidesWhetherItIsServed(string? contentType, HttpStatusCode expected)
    {
        await using EchoServer server = await EchoServer.StartAsync();
        RawReply reply = await RawGrpc.PostAsync(server, RawGrpc.UnaryPath, RawGrpc.Frame([]), contentType);
        Assert.Equal(expected, reply.Http);
        Assert.Equal(expected == HttpStatusCode.OK ? "0" : "13", reply.Status);
    }

    [Fact]
    public async Task Request_OverHttp1_AsksForHttp2()
    {
        await using EchoServer server = await EchoServer.StartAsync(
            listen: endpoint => endpoint.Protocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols.Http1);
        RawReply reply = await RawGrpc.PostAsync(server, RawGrpc.UnaryPath, RawGrpc.Frame([]), version: HttpVersion.Version11);
        Assert.Equal(HttpStatusCode.UpgradeRequired, reply.Http);
    }

    [Theory]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(429, StatusCode.Unavailable)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(400, StatusCode.Internal)]
    [InlineData(500, StatusCode.Unknown)]
    public async Task Client_HttpError_BecomesAStatus(int http, StatusCode expected)
    {
        await using EchoServer server = await EchoServer.StartAsync(map: app => app.MapPost("/raw/Call", context =>
        {
            context.Response.StatusCode = http;
            return Task.CompletedTask;
        }));
        await AssertStatusAsync(
            server.Channel().UnaryAsync("raw", "Call"), expected, $"Bad gRPC response. HTTP status code: {http}");
    }

    [Fact]
    public async Task Client_ResponseThatIsNotGrpc_IsAnError()
    {
        await using EchoServer server = await EchoServer.StartAsync(map: app => app.MapPost("/raw/Call", () => "hello"));
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => server.Channel().UnaryAsync("raw", "Call"));
        Assert.Equal(StatusCode.Cancelled, e.StatusCode);
        Assert.Contains("Invalid content-type value: text/plain", e.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_UnaryResponseWithoutMessage_IsInternal()
    {
        await using EchoServer server = await EchoServer.StartAsync(map: app => app.MapPost("/raw/Call", context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "0";
            return Task.CompletedTask;
        }));
        await AssertStatusAsync(server.Channel().UnaryAsync("raw", "Call"), StatusCode.Internal, "Failed to deserialize response message.");
        using AsyncServerStreamingCall<byte[]> stream = server.Channel().ServerStream("raw", "Call");
        Assert.False(await stream.ResponseStream.MoveNext());
    }

    internal static async Task AssertStatusAsync(Task call, StatusCode code, string detail)
    {
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal((code, detail), (e.StatusCode, e.Status.Detail));
    }
}
