using System.Text.Json;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Gating;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Apis.Vllm;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Planning;
using ExpertCluster.Router.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExpertCluster.Router.Tests.Apis.Vllm;

public sealed class ClassifyApiTests : IDisposable
{
    private readonly FakeGate _gate = new();
    private readonly RoutingStates _states;

    public ClassifyApiTests() => _states = new RoutingStates(
        Catalogues.Of(("law", "general"), ("tax", "general")), new FolderContent(), _gate, NullLogger<RoutingStates>.Instance);

    public void Dispose() => _states.Dispose();

    [Fact]
    public async Task Classify_Texts_EachGetsTheProbabilitiesOfAllClassesInOneOrder()
    {
        var answer = await SendAsync("""{"model": "auto", "input": ["first", "second"]}""");

        Assert.Equal(["first", "second"], _gate.Asked);
        Assert.Equal("list", answer.GetProperty("object").GetString());
        var extension = answer.GetProperty("expert_cluster");
        Assert.Equal(["general", "law", "tax"], extension.GetProperty("labels").EnumerateArray().Select(l => l.GetString()));
        Assert.Equal("general", extension.GetProperty("generalist").GetString());
        var data = answer.GetProperty("data").EnumerateArray().ToList();
        Assert.Equal([0, 1], data.Select(d => d.GetProperty("index").GetInt32()));
        Assert.All(data, one =>
        {
            Assert.Equal("law", one.GetProperty("label").GetString());
            Assert.Equal(3, one.GetProperty("num_classes").GetInt32());
            Assert.Equal([0.1, 0.7, 0.2], one.GetProperty("probs").EnumerateArray().Select(p => p.GetDouble()));
        });
    }

    [Fact]
    public async Task Classify_GateRanksFew_TheRestIsRankedToo()
    {
        _gate.RanksFew = true;

        var answer = await SendAsync("""{"input": "x"}""");

        Assert.Equal(3, answer.GetProperty("data")[0].GetProperty("num_classes").GetInt32());
    }

    [Fact]
    public async Task Classify_NoExpertReachesTheFloor_TheGeneralistWouldAnswer()
    {
        var answer = await SendAsync("""{"input": "x"}""", new RouterOptions { GateFloor = 0.8 });

        Assert.Equal("general", answer.GetProperty("data")[0].GetProperty("label").GetString());
        Assert.Equal(0.8, answer.GetProperty("expert_cluster").GetProperty("floor").GetDouble());
    }

    [Fact]
    public async Task Classify_Conversation_IsOneText()
    {
        var answer = await SendAsync("""{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}]}""");

        Assert.Equal(1, answer.GetProperty("data").GetArrayLength());
        Assert.Equal(["c"], _gate.Asked);
    }

    [Theory]
    [InlineData("""{}""", 400, "input is missing; input or messages is needed")]
    [InlineData("""{"input": []}""", 400, "input has 0 texts; 1 to 1024 are taken")]
    [InlineData("""{"input": ["a", ""]}""", 400, "input[1] is empty")]
    [InlineData("""{"input": ["a", 7]}""", 400, "input[1] must be a string; the gate reads texts, no tokens")]
    [InlineData("""{"input": [[1, 2]]}""", 400, "input[0] must be a string; the gate reads texts, no tokens")]
    [InlineData("""{"input": "a", "messages": [{"role": "user", "content": "a"}]}""", 400, "input stands beside messages; one of the two is taken")]
    [InlineData("""{"input": "a", "model": "law"}""", 404, "model must be \"auto\", or absent: it is the gate that classifies, no expert")]
    [InlineData("""{"input": "a", "use_activation": false}""", 400, "use_activation is false; the gate gives probabilities only")]
    [InlineData("""{"input": "a", "inputs": "a"}""", 400, "inputs is unknown; known are model, input, messages, use_activation, user, request_id")]
    public async Task Classify_WrongInput_IsToldByName(string body, int status, string message)
    {
        var call = await CallAsync(body);

        Assert.Equal(status, call.Http.Response.StatusCode);
        Assert.Equal(message, call.Json.GetProperty("error").GetProperty("message").GetString());
        Assert.Empty(_gate.Asked);
    }

    [Fact]
    public async Task Classify_GateFails_SaysSo()
    {
        _gate.Failure = new GateRunException("out of range");

        var call = await CallAsync("""{"input": "a"}""");

        Assert.Equal(500, call.Http.Response.StatusCode);
        Assert.Contains("out of range", call.Text, StringComparison.Ordinal);
    }

    private async Task<JsonElement> SendAsync(string body, RouterOptions? options = null)
    {
        var call = await CallAsync(body, options);
        Assert.True(call.Http.Response.StatusCode == 200, call.Text);
        return call.Json;
    }

    private Task<HttpCall> CallAsync(string body, RouterOptions? options = null)
    {
        var api = new ClassifyApi(new GateReading(_states, options ?? new RouterOptions()), TimeProvider.System);
        return HttpCall.SendAsync(http => OpenAiErrors.RunAsync(http, () => api.ClassifyAsync(http)), body);
    }
}
