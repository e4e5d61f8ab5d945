using System.Globalization;
using System.Text;
using System.Text.Json;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Gating;
using ExpertCluster.Router.Apis.ExtProc;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.V1.ExtProc;
using Google.Protobuf;
using AppendAction = ExpertCluster.V1.ExtProc.HeaderValueOption.Types.HeaderAppendAction;
using BodySendMode = ExpertCluster.V1.ExtProc.ProcessingMode.Types.BodySendMode;

namespace ExpertCluster.Router.Tests.Apis.ExtProc;

/// <summary>What a gateway is told of a request, by a gate that likes law best.</summary>
public sealed class GatewayStreamTests : IDisposable
{
    private const string Chat = """{"model":"auto","messages":[{"role":"user","content":"Who pays?"}]}""";
    private const string Odds = "law=0.7, tax=0.2, general=0.1";

    private static readonly string[] Own = ["x-gateway-model-name", "x-expertcluster-expert", "x-expertcluster-odds"];

    private readonly ScriptedPipeline _script = new();

    public void Dispose() => _script.Dispose();

    [Theory]
    [InlineData(BodySendMode.Buffered)]
    [InlineData(null)]
    public void Take_BodyWhole_NamesTheExpertAndPutsItsNameIn(BodySendMode? mode)
    {
        var stream = Begin();

        var begun = Assert.Single(stream.Take(Headers(mode, ("content-length", "70"), ("x-expertcluster-expert", "forged")))).RequestHeaders.Response;
        Assert.False(stream.IsDecided);
        var response = Assert.Single(stream.Take(Body(Chat))).RequestBody.Response;

        Assert.Equal(Own, begun.HeaderMutation.RemoveHeaders);
        Assert.Equal(Chat.Replace("auto", "law", StringComparison.Ordinal), response.BodyMutation.Body.ToStringUtf8());
        Assert.Equal(("law", "law", Odds), Said(response));
        Assert.Equal((Chat.Length - 1).ToString(CultureInfo.InvariantCulture), Value(response, "content-length"));
        Assert.All(response.HeaderMutation.SetHeaders, header => Assert.Equal(AppendAction.OverwriteIfExistsOrAdd, header.AppendAction));
        Assert.True(response.ClearRouteCache);
        Assert.Equal((true, "gated"), (stream.IsDecided, stream.Outcome));
    }

    /// <summary>A length that was not there stays away: the gateway takes it off by itself.</summary>
    [Fact]
    public void Take_NoLengthInTheHeaders_SetsNone()
    {
        var stream = Begin();
        _ = stream.Take(Headers(BodySendMode.Buffered)).ToList();

        Assert.Null(Value(Assert.Single(stream.Take(Body(Chat))).RequestBody.Response, "content-length"));
    }

    [Fact]
    public void Take_RewriteOff_LeavesTheBody()
    {
        var response = Ask(Chat, new RouterOptions { ExtProcRewrite = false });

        Assert.Equal(("law", "law", Odds), Said(response));
        Assert.Null(response.BodyMutation);
    }

    [Fact]
    public void Take_FullDuplex_HoldsHeadersAndBodyUntilAllIsThere()
    {
        string body = $$"""{"messages":[{"role":"user","content":"{{new string('x', 100_000)}}"}],"model":"auto"}""";
        var stream = Begin();

        Assert.Empty(stream.Take(Headers(BodySendMode.FullDuplexStreamed)));
        Assert.Empty(stream.Take(Body(body[..50_000], isLast: false)));
        var answers = stream.Take(Body(body[50_000..])).ToList();

        Assert.Equal(("law", "law", Odds), Said(answers[0].RequestHeaders.Response));
        var parts = answers.Skip(1).Select(a => a.RequestBody.Response.BodyMutation.StreamedResponse).ToList();
        Assert.Equal(body.Replace("auto", "law", StringComparison.Ordinal), string.Concat(parts.Select(p => p.Body.ToStringUtf8())));
        Assert.All(parts, part => Assert.InRange(part.Body.Length, 1, 64 << 10));
        Assert.Equal([.. Enumerable.Repeat(false, parts.Count - 1), true], parts.Select(p => p.EndOfStream));
    }

    [Fact]
    public void Take_FullDuplexWithTrailers_EndsWithThem()
    {
        var stream = Begin();
        _ = stream.Take(Headers(BodySendMode.FullDuplexStreamed)).ToList();
        _ = stream.Take(Body(Chat, isLast: false)).ToList();

        var answers = stream.Take(new ProcessingRequest { RequestTrailers = new HttpTrailers() }).ToList();

        Assert.Equal(3, answers.Count);
        Assert.Equal("law", Said(answers[0].RequestHeaders.Response).Expert);
        Assert.False(answers[1].RequestBody.Response.BodyMutation.StreamedResponse.EndOfStream);
        Assert.NotNull(answers[2].RequestTrailers);
    }

    /// <summary>Parts that have gone on can't be changed any more.</summary>
    [Fact]
    public void Take_BodyInParts_NamesTheExpertWithTheLast()
    {
        var stream = Begin();
        _ = stream.Take(Headers(BodySendMode.Streamed)).ToList();

        Assert.Equal(new BodyResponse { Response = new CommonResponse() }, Assert.Single(stream.Take(Body(Chat[..9], isLast: false))).RequestBody);
        var response = Assert.Single(stream.Take(Body(Chat[9..]))).RequestBody.Response;

        Assert.Equal(("law", "law", Odds), Said(response));
        Assert.Null(response.BodyMutation);
    }

    [Theory]
    [InlineData(BodySendMode.Buffered)]
    [InlineData(BodySendMode.Streamed)]
    [InlineData(BodySendMode.FullDuplexStreamed)]
    public void Take_BodyOverTheLimit_Is413WhateverIsSaidOfUnreadableOnes(BodySendMode mode)
    {
        var stream = Begin(new RouterOptions { MaxRequestBytes = 1024 });
        _ = stream.Take(Headers(mode)).ToList();
        if (mode != BodySendMode.Buffered)
        {
            _ = stream.Take(Body(new string('x', 1024), isLast: false)).ToList();
        }

        var refused = Assert.Single(stream.Take(Body(new string('x', mode == BodySendMode.Buffered ? 1025 : 1)))).ImmediateResponse;

        Assert.Equal(413, (int)refused.Status.Code);
        var error = JsonElement.Parse(refused.Body.Span).GetProperty("error");
        Assert.Equal(("request_too_large", "body"), (error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
        Assert.Contains("1024", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal((true, "refused"), (stream.IsOver, stream.Outcome));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"model":"auto","prompt":[1]}""")]
    [InlineData("")]
    public void Take_Unreadable_GoesOnOrIsRefused(string body)
    {
        var passed = Ask(body);
        var stream = Begin(new RouterOptions { ExtProcFailOpen = false });
        _ = stream.Take(Headers(BodySendMode.Buffered)).ToList();
        var refused = Assert.Single(stream.Take(Body(body))).ImmediateResponse;

        Assert.Equal((null, null, null), Said(passed));
        Assert.Equal(Own, passed.HeaderMutation.RemoveHeaders);
        Assert.Null(passed.BodyMutation);
        Assert.Equal(400, (int)refused.Status.Code);
        Assert.Equal("invalid_request_error", JsonElement.Parse(refused.Body.Span).GetProperty("error").GetProperty("type").GetString());
        Assert.Equal("application/json", refused.Headers.SetHeaders.Single().Header.RawValue.ToStringUtf8());
        Assert.Empty(_script.Gate.Asked);
    }

    [Theory]
    [InlineData("tax", "tax", "tax")]
    [InlineData("org/some-model", "org/some-model", null)]
    [InlineData("bad\\r\\nx-evil: 1", null, null)]
    public void Take_NamedModel_GoesOnUntouched(string model, string? told, string? expert)
    {
        var response = Ask($$"""{"model":"{{model}}","messages":[{"role":"user","content":"Who pays?"}]}""");

        Assert.Equal((told, expert, null), Said(response));
        Assert.Null(response.BodyMutation);
        Assert.Empty(_script.Gate.Asked);
    }

    [Theory]
    [InlineData("{", "passed")]
    [InlineData("""{"model":"tax","prompt":"a"}""", "named")]
    [InlineData("""{"model":"org/some-model","prompt":"a"}""", "named")]
    public void Take_GateIsNotAsked_CountsForWhatCameOfIt(string body, string outcome)
    {
        var stream = Begin();
        _ = stream.Take(Headers(BodySendMode.Buffered)).ToList();
        Assert.Null(stream.Outcome);

        _ = stream.Take(Body(body)).ToList();

        Assert.Equal(outcome, stream.Outcome);
    }

    [Fact]
    public void Take_FollowUp_IsDecidedByTheTurnsBefore()
    {
        _script.Gate.FollowUp = "second";

        _ = Ask("""{"messages":[{"role":"user","content":"first"},{"role":"assistant","content":"a"},{"role":"user","content":"second"}]}""");

        Assert.Equal(["second", "first"], _script.Gate.Asked);
    }

    [Fact]
    public void Take_RuleOnAHeader_NamesItsExpert()
    {
        var snapshot = Catalogues.SnapshotOf(1, ("law", "demo"), ("tax", "demo"), ("general", "demo"));
        using var script = new ScriptedPipeline(new CatalogueSnapshot(1, new PreparedCatalogue
        {
            Bases = snapshot.Bases,
            Experts = snapshot.Experts,
            Rules = [new RoutingRule { Name = "desk", Headers = new Dictionary<string, string> { ["x-team"] = "tax" }, Expert = "tax" }],
        }));
        var stream = new GatewayStream(GateOf(script), new RouterOptions());
        _ = stream.Take(Headers(BodySendMode.Buffered, ("x-team", "tax"))).ToList();

        Assert.Equal(("tax", "tax", null), Said(Assert.Single(stream.Take(Body(Chat))).RequestBody.Response));
    }

    [Fact]
    public void Take_GateFails_NamesTheGeneralist()
    {
        using var script = new ScriptedPipeline(Catalogues.SnapshotOf(1, ("law", "demo"), ("tax", "demo"), ("demo", "demo")));
        script.Gate.Failure = new GateRunException("it fell over", new InvalidOperationException());
        var stream = new GatewayStream(GateOf(script), new RouterOptions());
        _ = stream.Take(Headers(BodySendMode.Buffered)).ToList();

        Assert.Equal("demo", Said(Assert.Single(stream.Take(Body(Chat))).RequestBody.Response).Expert);
    }

    [Fact]
    public void Take_NoBody_ForgetsWhatTheClientClaims()
    {
        var stream = Begin();

        var response = Assert.Single(stream.Take(new ProcessingRequest { RequestHeaders = new HttpHeaders { EndOfStream = true } })).RequestHeaders.Response;

        Assert.Equal(Own, response.HeaderMutation.RemoveHeaders);
        Assert.True(stream.IsDecided);
    }

    [Fact]
    public void Take_Response_PassesBy()
    {
        var stream = Begin();
        _ = stream.Take(Headers(BodySendMode.Buffered)).ToList();
        _ = stream.Take(Body(Chat)).ToList();

        Assert.NotNull(Assert.Single(stream.Take(new ProcessingRequest { ResponseHeaders = new HttpHeaders() })).ResponseHeaders);
        Assert.Null(Assert.Single(stream.Take(new ProcessingRequest { ResponseBody = new HttpBody { Body = ByteString.CopyFromUtf8("x") } })).ResponseBody.Response.BodyMutation);
        Assert.NotNull(Assert.Single(stream.Take(new ProcessingRequest { ResponseTrailers = new HttpTrailers() })).ResponseTrailers);
    }

    [Fact]
    public void Take_ResponseInFullDuplex_ComesBackAsItIs()
    {
        var stream = Begin();
        var first = Headers(BodySendMode.Buffered);
        first.ProtocolConfig.ResponseBodyMode = BodySendMode.FullDuplexStreamed;
        _ = stream.Take(first).ToList();

        var part = Assert.Single(stream.Take(new ProcessingRequest { ResponseBody = new HttpBody { Body = ByteString.CopyFromUtf8("x"), EndOfStream = true } })).ResponseBody.Response;

        Assert.Equal(("x", true), (part.BodyMutation.StreamedResponse.Body.ToStringUtf8(), part.BodyMutation.StreamedResponse.EndOfStream));
    }

    [Fact]
    public void Take_NobodyListens_SaysNothing()
    {
        var message = Headers(BodySendMode.Buffered);
        message.ObservabilityMode = true;

        Assert.Empty(Begin().Take(message));
    }

    [Fact]
    public void Take_EmptyMessage_IsRefused() => Assert.Equal("request", Assert.Throws<RequestFailedException>(() => Begin().Take(new ProcessingRequest())).Failure.Field);

    private static GatewayGate GateOf(ScriptedPipeline script) => new(script.Planner, script.States, script.Gates, new ScriptedRandom(0.5));

    private GatewayStream Begin(RouterOptions? options = null) => new(GateOf(_script), options ?? new RouterOptions());

    private CommonResponse Ask(string body, RouterOptions? options = null)
    {
        var stream = Begin(options);
        _ = stream.Take(Headers(BodySendMode.Buffered)).ToList();
        return Assert.Single(stream.Take(Body(body))).RequestBody.Response;
    }

    private static ProcessingRequest Headers(BodySendMode? mode, params (string Name, string Value)[] headers) => new()
    {
        RequestHeaders = new HttpHeaders
        {
            Headers = new HeaderMap { Headers = { headers.Select(h => new HeaderValue { Key = h.Name, RawValue = ByteString.CopyFromUtf8(h.Value) }) } },
        },
        ProtocolConfig = mode is { } sent ? new ProtocolConfiguration { RequestBodyMode = sent } : null,
    };

    private static ProcessingRequest Body(string text, bool isLast = true) => new() { RequestBody = new HttpBody { Body = ByteString.CopyFrom(text, Encoding.UTF8), EndOfStream = isLast } };

    private static (string? Model, string? Expert, string? Odds) Said(CommonResponse response) => (Value(response, Own[0]), Value(response, Own[1]), Value(response, Own[2]));

    private static string? Value(CommonResponse response, string name) => response.HeaderMutation.SetHeaders.SingleOrDefault(h => h.Header.Key == name)?.Header.RawValue.ToStringUtf8();
}
