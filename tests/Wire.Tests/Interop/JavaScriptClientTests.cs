using System.Text.Json.Nodes;
using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Interop;

/// <summary>Our server, called by the reference JavaScript client.</summary>
public sealed class JavaScriptClientTests
{
    private static readonly byte[] Signature = [0, 1, 255];

    [Theory(Timeout = 120_000)]
    [InlineData("0", null)]
    [InlineData("2", "gzip")]
    public async Task EveryKind_CalledFromJavaScript_GivesWhatItShould(string clientCompression, string? serverCompression)
    {
        await using EchoServer server = await EchoServer.StartAsync(options => options.ResponseCompressionAlgorithm = serverCompression);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Behaviour.Unary = UnaryAsync;
        Func<EchoRequest, IServerStreamWriter<EchoReply>, ServerCallContext, Task> stream = server.Behaviour.ServerStream;
        server.Behaviour.ServerStream = async (request, responses, context) =>
        {
            await stream(request, responses, context);
            if (request.Text != "endless")
                return;
            await responses.WriteAsync(new EchoReply { Text = "first" });
            using CancellationTokenRegistration note = context.CancellationToken.Register(() => cancelled.TrySetResult());
            await cancelled.Task;
        };

        JsonNode result = JsonNode.Parse(
            await NodePeer.RunAsync("client.js", server.Address.Replace("http://", "", StringComparison.Ordinal), clientCompression))!;

        AssertJson("""{"text":"a0001FF","payload":0,"error":null,"plan":["p"],"status":{"code":0,"details":"","cost":["7"],"signature":["0001ff"]}}""", result["metadata"]);
        Assert.Equal(1_000_000, (int)result["large"]!["payload"]!);
        AssertJson("""{"code":9,"details":"nicht möglich: 50%\n繁體"}""", result["failure"]!["error"]);
        AssertJson("""["7"]""", result["failure"]!["status"]!["cost"]);
        Assert.Equal(4, (int)result["deadline"]!["error"]!["code"]!);
        Assert.Equal("a,b,c", (string?)result["clientStream"]);
        Assert.Equal((500, "s499", 0), Summary(result["serverStream"]!));
        Assert.Equal((20, "d19", 0), Summary(result["duplex"]!));
        Assert.Equal(1, (int)result["cancel"]!);
        await cancelled.Task;
    }

    private static async Task<EchoReply> UnaryAsync(EchoRequest request, ServerCallContext context)
    {
        context.ResponseTrailers.Add("cost", "7");
        context.ResponseTrailers.Add("sig-bin", Signature);
        switch (request.Text)
        {
            case "failure":
                throw new RpcException(new Status(StatusCode.FailedPrecondition, "nicht möglich: 50%\n繁體"));
            case "wait":
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
                break;
            case "metadata":
                await context.WriteResponseHeadersAsync(new Metadata { { "plan", "p" } });
                byte[] token = context.RequestHeaders.GetValueBytes("token-bin")!;
                return new EchoReply { Text = context.RequestHeaders.GetValue("tenant") + Convert.ToHexString(token) };
        }
        return EchoBehaviour.Reply(request);
    }

    private static (int Count, string? Last, int Status) Summary(JsonNode stream) =>
        ((int)stream["count"]!, (string?)stream["last"], (int)stream["status"]!["code"]!);

    private static void AssertJson(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}, got {actual?.ToJsonString()}");
}
