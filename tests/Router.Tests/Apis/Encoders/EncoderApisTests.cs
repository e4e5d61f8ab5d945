using System.Text.Json;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Options;
using ExpertCluster.Router.Apis.Encoders;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ExpertCluster.Router.Tests.Apis.Encoders;

/// <summary>The paths of encoders, on hosts whose numbers say what they were asked.</summary>
public sealed class EncoderApisTests : IAsyncLifetime
{
    private EncoderHosts _hosts = null!;
    private WebApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        _hosts = await EncoderHosts.StartAsync(1, (_, request, _) => Task.FromResult(EncoderHosts.Lengths(request)));
        _app = WebApplication.CreateSlimBuilder().Build();
        new EmbeddingsApi(_hosts.Pipeline, new StallGuard(new NodeOptions(), TimeProvider.System), TimeProvider.System).Map(_app);
        new ScoreApi(_hosts.Pipeline, TimeProvider.System).Map(_app);
        new RerankApi(_hosts.Pipeline).Map(_app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _hosts.DisposeAsync();
    }

    [Theory]
    [InlineData("""{"model": "sentences", "input": "abc"}""", "[[3,97]]", 3)]
    [InlineData("""{"input": ["abc", "d"], "encoding_format": "float", "user": "u"}""", "[[3,97],[1,100]]", 6)]
    [InlineData("""{"input": [5, 6, 7, 8], "dimensions": 2}""", "[[0,0]]", 4)]
    [InlineData("""{"input": [[5, 6], [7]], "truncate_prompt_tokens": -1}""", "[[0,0],[0,0]]", 3)]
    public async Task Embeddings_Input_IsWhatWasAsked(string body, string vectors, int tokens)
    {
        var answer = (await SendAsync("/v1/embeddings", body)).Json;

        Assert.Equal(vectors, $"[{string.Join(',', answer.GetProperty("data").EnumerateArray().Select(d => d.GetProperty("embedding").GetRawText()))}]");
        Assert.Equal(("list", "sentences", tokens), (answer.GetProperty("object").GetString(), answer.GetProperty("model").GetString(), answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32()));
        Assert.Equal(EncoderHosts.Sentences.Revision, answer.GetProperty("expert_cluster").GetProperty("revision").GetString());
    }

    [Fact]
    public async Task Embeddings_Base64_IsLittleEndianFloats()
    {
        var answer = (await SendAsync("/v1/embeddings", """{"input": "abc", "encoding_format": "base64"}""")).Json;

        byte[] bytes = answer.GetProperty("data")[0].GetProperty("embedding").GetBytesFromBase64();
        Assert.Equal((3f, 97f), (BitConverter.ToSingle(bytes, 0), BitConverter.ToSingle(bytes, 4)));
    }

    [Fact]
    public async Task Embeddings_ManyTexts_AreAllWritten()
    {
        var answer = (await SendAsync("/v1/embeddings", JsonSerializer.Serialize(new { input = Enumerable.Range(1, 300).Select(i => new string('x', i)) }))).Json;

        Assert.Equal(Enumerable.Range(1, 300), answer.GetProperty("data").EnumerateArray().Select(d => d.GetProperty("embedding")[0].GetInt32()));
        Assert.Equal(900, answer.GetProperty("usage").GetProperty("total_tokens").GetInt32());
    }

    [Theory]
    [InlineData("""{}""", "input", "input is missing")]
    [InlineData("""{"input": ""}""", "input", "input is empty")]
    [InlineData("""{"input": []}""", "input", "input has 0 texts; 1 to 2048 are taken")]
    [InlineData("""{"input": ["a", ""]}""", "input[1]", "input[1] is empty")]
    [InlineData("""{"input": ["a", 1]}""", "input[1]", "input[1] must be a text")]
    [InlineData("""{"input": [1, "a"]}""", "input", "ids of tokens")]
    [InlineData("""{"input": [1.5]}""", "input", "ids of tokens")]
    [InlineData("""{"input": [[1], "a"]}""", "input[1]", "must be a list of 1 to")]
    [InlineData("""{"input": [[]]}""", "input[0]", "must be a list of 1 to")]
    [InlineData("""{"input": {"a": 1}}""", "input", "must be a text")]
    [InlineData("""{"input": "a", "encoding_format": "int8"}""", "encoding_format", "must be float or base64")]
    [InlineData("""{"input": "a", "dimensions": 3}""", "dimensions", "dimensions is 3; encoder sentences gives 2")]
    [InlineData("""{"input": "a", "truncate_prompt_tokens": 0}""", "truncate_prompt_tokens", "must be -1, or a number of tokens")]
    [InlineData("""{"input": "a", "messages": []}""", "messages", "is not supported")]
    [InlineData("""{"input": "a", "normalize": false}""", "normalize", "length 1")]
    [InlineData("""{"input": "a", "temperature": 1}""", "temperature", "no such field is taken by /v1/embeddings")]
    [InlineData("""{"input": "a", "model": "none"}""", "model", "there is no encoder")]
    [InlineData("""[]""", "body", "JSON object")]
    [InlineData("""{"input": "\ud800"}""", "body", "not valid text")]
    public async Task Embeddings_WrongBody_IsRefusedByName(string body, string param, string part)
    {
        var call = await SendAsync("/v1/embeddings", body);

        Assert.Equal((body.Contains("none", StringComparison.Ordinal) ? 404 : 400, param), (call.Http.Response.StatusCode, call.Json.GetProperty("error").GetProperty("param").GetString()));
        Assert.Contains(part, call.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embeddings_LongText_IsRefusedOrCutWithoutPartingACharacter()
    {
        string text = string.Concat(Enumerable.Repeat("x", 65_535)) + "\U0001F600 and more";

        var refused = await SendAsync("/v1/embeddings", JsonSerializer.Serialize(new { input = text }));
        var cut = await SendAsync("/v1/embeddings", JsonSerializer.Serialize(new { input = text, truncate_prompt_tokens = -1 }));

        Assert.Equal("input has 65546 characters; at most 65536 are taken", refused.Json.GetProperty("error").GetProperty("message").GetString());
        Assert.Equal(65_535, cut.Json.GetProperty("data")[0].GetProperty("embedding")[0].GetInt32());
    }

    [Fact]
    public async Task Embeddings_TooMany_AreRefused() => Assert.Equal(
        "input has 2049 texts; 1 to 2048 are taken",
        (await SendAsync("/v1/embeddings", JsonSerializer.Serialize(new { input = Enumerable.Repeat("a", 2_049) }))).Json.GetProperty("error").GetProperty("message").GetString());

    [Theory]
    [InlineData("/score", """{"model": "pairs", "text_1": "abc", "text_2": ["a", "abcde"]}""", "-2,2")]
    [InlineData("/v1/score", """{"text_1": ["abc", "a"], "text_2": ["a", "abcde"]}""", "-2,4")]
    [InlineData("/score", """{"queries": "abc", "documents": "abcd"}""", "1")]
    [InlineData("/score", """{"data_1": "abc", "data_2": "abcd"}""", "1")]
    public async Task Score_Pairs_AreInTheirOrder(string path, string body, string scores)
    {
        var answer = (await SendAsync(path, body)).Json;

        Assert.Equal(scores, string.Join(',', answer.GetProperty("data").EnumerateArray().Select(d => d.GetProperty("score").GetRawText())));
        Assert.Equal("pairs", answer.GetProperty("model").GetString());
    }

    [Theory]
    [InlineData("""{"text_1": ["a", "b"], "text_2": ["a"]}""", "text_1", "text_1 has 2 texts and text_2 1; it must have one, or as many")]
    [InlineData("""{"text_1": "a", "documents": "b"}""", "text_1", "stands beside queries or documents")]
    [InlineData("""{"text_2": "b"}""", "text_1", "text_1 is missing")]
    [InlineData("""{}""", "queries", "queries is missing")]
    [InlineData("""{"queries": "a", "documents": [""]}""", "documents[0]", "is empty")]
    [InlineData("""{"queries": "a", "documents": "b", "use_activation": false}""", "use_activation", "is not supported")]
    public async Task Score_WrongBody_IsRefusedByName(string body, string param, string part)
    {
        var call = await SendAsync("/score", body);

        Assert.Equal((400, param), (call.Http.Response.StatusCode, call.Json.GetProperty("error").GetProperty("param").GetString()));
        Assert.Contains(part, call.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/rerank", """{"query": "ab", "documents": ["a", "abcd", {"text": "abc"}, "cdef"]}""", "1,3,2,0")]
    [InlineData("/v1/rerank", """{"query": "ab", "documents": ["a", "abcd", "abc"], "top_n": 2}""", "1,2")]
    [InlineData("/v2/rerank", """{"query": "ab", "documents": ["a", "abcd"], "top_n": 9, "return_documents": false}""", "1,0")]
    public async Task Rerank_Documents_ComeBestFirst(string path, string body, string order)
    {
        var results = (await SendAsync(path, body)).Json.GetProperty("results").EnumerateArray().ToList();

        Assert.Equal(order, string.Join(',', results.Select(r => r.GetProperty("index").GetInt32())));
        Assert.Equal(!body.Contains("return_documents", StringComparison.Ordinal), results[0].TryGetProperty("document", out var document));
        Assert.True(document.ValueKind == JsonValueKind.Undefined || document.GetProperty("text").GetString() == "abcd");
    }

    [Theory]
    [InlineData("""{"documents": ["a"]}""", "query", "is missing")]
    [InlineData("""{"query": "a"}""", "documents", "is missing")]
    [InlineData("""{"query": "a", "documents": [{"text": "a", "title": "b"}]}""", "documents[0]", "must be a text")]
    [InlineData("""{"query": "a", "documents": ["a"], "top_n": -1}""", "top_n", "0 or above")]
    [InlineData("""{"query": "a", "documents": ["a"], "rank_fields": ["text"]}""", "rank_fields", "is not supported")]
    public async Task Rerank_WrongBody_IsRefusedByName(string body, string param, string part)
    {
        var call = await SendAsync("/rerank", body);

        Assert.Equal((400, param), (call.Http.Response.StatusCode, call.Json.GetProperty("error").GetProperty("param").GetString()));
        Assert.Contains(part, call.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_Encoders_AreAmongThem()
    {
        var models = JsonSerializer.SerializeToElement(_hosts.Models.List()).GetProperty("data").EnumerateArray().ToDictionary(m => m.GetProperty("id").GetString()!);

        Assert.Equal(["auto", "law", "sentences", "pairs"], models.Keys);
        var its = models["pairs"].GetProperty("expert_cluster");
        Assert.Equal(("score", 512, "ready"), (its.GetProperty("task").GetString(), its.GetProperty("max_tokens").GetInt32(), its.GetProperty("state").GetString()));
        Assert.False(models["law"].GetProperty("expert_cluster").TryGetProperty("task", out _));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Grpc_Calls_AnswerAsHttpDoes()
    {
        var service = new EncodersService(_hosts.Pipeline);
        var context = new CallContext(TestContext.Current.CancellationToken);

        var vectors = await service.Embed(new EmbedRequest { Inputs = { new EncoderInput { Text = "abc" }, new EncoderInput { Tokens = { 1, 2 } } } }, context);
        var scores = await service.Score(new ScoreRequest { Queries = { "abc" }, Documents = { "a", "abcde" } }, context);

        Assert.Equal([3, 2], vectors.Embeddings.Select(e => e.Tokens));
        Assert.Equal([3, 97], vectors.Embeddings[0].Values);
        Assert.Equal(("sentences", EncoderHosts.Sentences.Revision), (vectors.Model, vectors.Revision));
        Assert.Equal(("pairs", 5), (scores.Model, scores.Scores[0].Tokens));
        Assert.Equal([-2, 2], scores.Scores.Select(s => s.Score));
    }

    public static TheoryData<string, EmbedRequest> WrongEmbeds => new()
    {
        { "inputs has 0 texts; 1 to 2048 are taken", new EmbedRequest() },
        { "inputs[0] is empty", new EmbedRequest { Inputs = { new EncoderInput() } } },
        { "inputs[0] has a text and tokens", new EmbedRequest { Inputs = { new EncoderInput { Text = "a", Tokens = { 1 } } } } },
        { "truncate_tokens is 0", new EmbedRequest { TruncateTokens = 0, Inputs = { new EncoderInput { Text = "a" } } } },
        { "model: there is no encoder \"x\"", new EmbedRequest { Model = "x", Inputs = { new EncoderInput { Text = "a" } } } },
    };

    [Theory]
    [MemberData(nameof(WrongEmbeds))]
    public async Task Grpc_WrongEmbed_IsRefusedByName(string message, EmbedRequest request)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => new EncodersService(_hosts.Pipeline).Embed(request, new CallContext(TestContext.Current.CancellationToken)));

        Assert.Equal(request.Model == "x" ? StatusCode.NotFound : StatusCode.InvalidArgument, error.StatusCode);
        Assert.StartsWith(message, error.Status.Detail, StringComparison.Ordinal);
    }

    private Task<HttpCall> SendAsync(string path, string body)
    {
        var endpoint = ((IEndpointRouteBuilder)_app).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>().Single(e => e.RoutePattern.RawText == path);
        return HttpCall.SendAsync(
            http =>
            {
                http.RequestServices = _app.Services;
                return endpoint.RequestDelegate!(http);
            },
            body);
    }

    private sealed class CallContext(CancellationToken cancellation) : ServerCallContext
    {
        protected override string MethodCore => "";

        protected override string HostCore => "";

        protected override string PeerCore => "";

        protected override DateTime DeadlineCore => DateTime.MaxValue;

        protected override Metadata RequestHeadersCore => [];

        protected override CancellationToken CancellationTokenCore => cancellation;

        protected override Metadata ResponseTrailersCore => [];

        protected override Status StatusCore { get; set; }

        protected override WriteOptions? WriteOptionsCore { get; set; }

        protected override AuthContext AuthContextCore => new(null, []);

        protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => throw new NotSupportedException();

        protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
    }
}
