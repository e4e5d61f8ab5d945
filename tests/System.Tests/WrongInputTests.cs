using System.Net;
using System.Text;
using System.Text.Json;
using ExpertCluster.Node.Transport;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace ExpertCluster.SystemTests;

/// <summary>Wrong input gets the right status and a message that names the field; the cluster goes on.</summary>
[Collection(SharedClusterCollection.Name)]
public sealed class WrongInputTests(SharedCluster shared)
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    public static TheoryData<CompleteRequest, StatusCode, string> Wrong => new()
    {
        { With(s => s.MaxTokens = -1), StatusCode.InvalidArgument, "max_tokens is -1" },
        { With(s => s.MaxTokens = 0), StatusCode.InvalidArgument, "max_tokens is 0" },
        { With(s => s.Temperature = float.NaN), StatusCode.InvalidArgument, "temperature is NaN" },
        { With(s => s.Temperature = 3), StatusCode.InvalidArgument, "temperature is 3" },
        { With(s => s.TopP = 0), StatusCode.InvalidArgument, "top_p is 0" },
        { With(s => s.TopK = -2), StatusCode.InvalidArgument, "top_k is -2" },
        { With(s => s.MinP = float.PositiveInfinity), StatusCode.InvalidArgument, "min_p is" },
        { With(s => s.RepetitionPenalty = 0), StatusCode.InvalidArgument, "repetition_penalty is 0" },
        { With(s => s.Stop.Add("")), StatusCode.InvalidArgument, "stop" },
        { Requests.Chat("law", string.Concat(Enumerable.Repeat("word ", 2000))), StatusCode.InvalidArgument, "context of 1024" },
        { Requests.Chat("law", new string('x', 200_000)), StatusCode.InvalidArgument, "characters" },
        { Requests.Chat("astrology", "Who decides?"), StatusCode.NotFound, "astrology" },
        { new CompleteRequest { Model = "law" }, StatusCode.InvalidArgument, "prompt or messages is missing" },
        { new CompleteRequest { Model = "law", Prompt = "" }, StatusCode.InvalidArgument, "prompt is empty" },
        { new CompleteRequest { Messages = new Messages { Messages_ = { new Message { Role = "robot", Content = "a" } } } }, StatusCode.InvalidArgument, "messages[0].role" },
        { Merged(m => m.K = 17), StatusCode.InvalidArgument, "merge.k is 17" },
        { Merged(m => m.Experts.Add(new WeightedExpert { Name = "tax" })), StatusCode.NotFound, "tax" },
        { Merged(m => m.Experts.Add(new WeightedExpert { Name = "law", Weight = -1 })), StatusCode.InvalidArgument, "weight -1" },
        { Merged(m => m.Mode = (MergeMode)77), StatusCode.InvalidArgument, "merge.mode is 77" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Complete_WrongRequest_GetsItsStatusAndReason(CompleteRequest request, StatusCode status, string reason)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => shared.Cluster.Client.AskAsync(request));

        Assert.Equal(status, error.StatusCode);
        Assert.Contains(reason, error.Status.Detail, StringComparison.Ordinal);
        await StillServesAsync();
    }

    [Theory]
    [InlineData("{", HttpStatusCode.BadRequest, "body")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}], "max_tokens": -1}""", HttpStatusCode.BadRequest, "max_tokens")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}], "model": "astrology"}""", HttpStatusCode.NotFound, "astrology")]
    [InlineData("""{"messages": [{"role": "user", "content": "\ud800"}]}""", HttpStatusCode.BadRequest, "body")]
    public async Task ChatCompletions_WrongBody_GetsAnOpenAiError(string body, HttpStatusCode status, string part)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await shared.Cluster.Http.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), content, _cancellation);

        Assert.Equal(status, response.StatusCode);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(_cancellation));
        Assert.Contains(part, json.RootElement.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        await StillServesAsync();
    }

    /// <summary>`param` over HTTP, google.rpc.BadRequest over gRPC: a client need not read the sentence.</summary>
    [Theory]
    [InlineData("temperature", 2.5)]
    [InlineData("top_p", 0)]
    [InlineData("min_p", 1.5)]
    [InlineData("repetition_penalty", 3)]
    [InlineData("top_k", -7)]
    [InlineData("max_tokens", 0)]
    public async Task Sampling_OutOfRange_NamesItsFieldInEveryApi(string field, double value)
    {
        string body = FormattableString.Invariant($$"""{"messages": [{"role": "user", "content": "a"}], "{{field}}": {{value}}}""");
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await shared.Cluster.Http.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), content, _cancellation);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(_cancellation));
        var error = await Assert.ThrowsAsync<RpcException>(() => shared.Cluster.Client.AskAsync(With(sampling => Set(sampling, field, value))));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(field, json.RootElement.GetProperty("error").GetProperty("param").GetString());
        Assert.Equal((StatusCode.InvalidArgument, field), (error.StatusCode, GrpcFailures.FieldOf(error)));
    }

    [Fact]
    public async Task ChatCompletions_BodyOverTheLimit_IsTooLarge()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/chat/completions", UriKind.Relative))
        {
            Content = new StringContent($$"""{"messages": [{"role": "user", "content": "{{new string('a', 5 << 20)}}"}]}""", Encoding.UTF8, "application/json"),
        };

        // A client that pours its body out without asking may see its connection close before it reads the answer.
        request.Headers.ExpectContinue = true;
        using var response = await shared.Cluster.Http.SendAsync(request, _cancellation);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(_cancellation));
        Assert.Equal("request_too_large", json.RootElement.GetProperty("error").GetProperty("code").GetString());
        await StillServesAsync();
    }

    [Fact]
    public async Task Complete_BadUtf8_IsRefused()
    {
        // Field 1 "law", field 2 two bytes that are no UTF-8, sent as they are.
        byte[] message = [0x0A, 3, .. "law"u8, 0x12, 2, 0xC3, 0x28];
        var raw = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);
        var method = new Method<byte[], byte[]>(MethodType.ServerStreaming, "expertcluster.v1.Completions", "Complete", raw, raw);
        using var channel = GrpcChannel.ForAddress(shared.Cluster.GrpcAddress);
        using var call = channel.CreateCallInvoker().AsyncServerStreamingCall(method, null, new CallOptions(), message);

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(_cancellation));

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Contains("UTF-8", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChatCompletions_BadUtf8_IsRefused()
    {
        byte[] body = [.. """{"messages": [{"role": "user", "content": "a"""u8, 0xC3, 0x28, .. "\"}]}"u8];
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        using var response = await shared.Cluster.Http.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), content, _cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private async Task StillServesAsync() =>
        Assert.NotEmpty((await shared.Cluster.Client.AskAsync(Requests.Chat("law", "Who decides?", 4))).Tokens);

    private static void Set(Sampling sampling, string field, double value) =>
        (field switch
        {
            "temperature" => () => sampling.Temperature = (float)value,
            "top_p" => () => sampling.TopP = (float)value,
            "min_p" => () => sampling.MinP = (float)value,
            "repetition_penalty" => () => sampling.RepetitionPenalty = (float)value,
            "top_k" => () => sampling.TopK = (int)value,
            _ => (Action)(() => sampling.MaxTokens = (int)value),
        })();

    private static CompleteRequest With(Action<Sampling> change)
    {
        var request = Requests.Chat("law", "Who decides?");
        change(request.Sampling);
        return request;
    }

    private static CompleteRequest Merged(Action<Merge> change)
    {
        var request = Requests.Chat("auto", "Who decides?");
        request.Merge = new Merge();
        change(request.Merge);
        return request;
    }
}
