using System.Net;
using System.Text;
using System.Text.Json;
using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Learning;
using ExpertCluster.Router.Apis.Admin;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Router.Tests.Apis.Admin;

/// <summary>The gates over HTTP, by all that stands behind both faces.</summary>
public sealed class GateEndpointsTests : IDisposable
{
    private readonly AdminCluster _cluster = new(Catalogues.WithCandidate(1, 25, c => c with { GateCandidate = c.GateCandidate! with { Comparison = new GateComparison(10, 7, 6) } }));
    private readonly GateEndpoints _gate;

    public GateEndpointsTests()
    {
        var answers = new AdminAnswers(AdminCluster.AccessOf(new RouterOptions()));
        _gate = new GateEndpoints(answers, new AdminChangeEndpoints(answers, _cluster.Changes, new ChangeList(_cluster.Desired.States)), _cluster.GateLook, _cluster.GateChanges, _cluster.GateDiffs);
    }

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task Fit_Feedback_IsStoredAsLessonsAndTold()
    {
        Give("law", "Who pays the rent?");
        Give("nobody", "Who knows?");

        var (status, json) = await PostAsync(_gate.FitAsync, """{"percent": 5, "kind": "stacked"}""");

        Assert.Equal((200, 1), (status, json.GetProperty("version").GetInt64()));
        Assert.Equal("1 lessons, 1 of them new, kind stacked, 5 %; 1 more are of experts that the gate can't learn", json.GetProperty("details").GetString());
        var candidate = _cluster.Desired.State.Gate.Candidate!;
        Assert.Equal((5, GateKind.Stacked, new GateLesson("law", "Who pays the rent?")), (candidate.Percent, candidate.Kind, Assert.Single(candidate.Lessons)));
    }

    [Theory]
    [InlineData("""{"percent": 101}""", "percent")]
    [InlineData("""{"kind": "magic"}""", "kind")]
    [InlineData("""{"since_unix_ms": -1}""", "since_unix_ms")]
    [InlineData("""{"colour": "red"}""", "body")]
    public async Task Fit_WrongField_IsRefusedByItsName(string body, string field)
    {
        Give("law", "Who pays the rent?");

        var (status, json) = await PostAsync(_gate.FitAsync, body);

        Assert.Equal((400, field), (status, json.GetProperty("error").GetProperty("param").GetString()));
        Assert.Equal(0, _cluster.Desired.State.Version);
    }

    [Fact]
    public async Task Fit_NothingToLearn_IsAConflict() => Assert.Equal(409, (await PostAsync(_gate.FitAsync, "")).Status);

    [Fact]
    public async Task Promote_Worse_IsAConflictWithTheFiguresUnlessForced()
    {
        _cluster.Desired.State = DesiredState.Empty with { Version = 1, Gate = new DesiredGate { Candidate = new GateSpec { Lessons = [new("law", "a")], Percent = 25, Since = 1 } } };

        var (status, json) = await PostAsync(_gate.PromoteAsync, "");
        Assert.Equal(409, status);
        Assert.Contains("of 10 texts held out the stable gate chose 7 right, the candidate 6", json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);

        (status, json) = await PostAsync(_gate.PromoteAsync, """{"force": true}""");
        Assert.Equal((200, 2), (status, json.GetProperty("version").GetInt64()));
        Assert.Equal(1, _cluster.Desired.State.Gate.Stable!.Since);
        Assert.Equal(200, (await PostAsync(_gate.RollBackAsync, "")).Status);
        Assert.Equal(409, (await PostAsync(_gate.RollBackAsync, "")).Status);
    }

    [Fact]
    public async Task Percent_Candidate_IsStored()
    {
        Assert.Equal(409, (await PostAsync(_gate.ShiftAsync, """{"percent": 50}""")).Status);
        _cluster.Desired.State = DesiredState.Empty with { Version = 1, Gate = new DesiredGate { Candidate = new GateSpec { Lessons = [new("law", "a")], Since = 1 } } };

        Assert.Equal(200, (await PostAsync(_gate.ShiftAsync, """{"percent": 50}""")).Status);

        Assert.Equal(50, _cluster.Desired.State.Gate.Candidate!.Percent);
    }

    [Fact]
    public async Task Get_Candidate_HasItsFiguresAndThoseHeldOut()
    {
        _cluster.Gates.Planned(_cluster.Catalogue.Current.GateCandidateRevision);
        _cluster.Gates.Judge(_cluster.Catalogue.Current.GateRevision, good: false);

        var (status, json) = await RunAsync(_gate.GetAsync, HttpMethods.Get, "", "");

        Assert.Equal(200, status);
        var (stable, candidate) = (json.GetProperty("stable"), json.GetProperty("candidate"));
        Assert.Equal((75, 25), (stable.GetProperty("percent").GetInt32(), candidate.GetProperty("percent").GetInt32()));
        Assert.Equal(_cluster.Catalogue.Current.GateCandidateRevision, candidate.GetProperty("revision").GetString());
        Assert.Equal((1, 1), (candidate.GetProperty("figures").GetProperty("planned").GetInt64(), stable.GetProperty("figures").GetProperty("bad").GetInt64()));
        Assert.Equal((10, 7, 6), (
            json.GetProperty("comparison").GetProperty("held_out").GetInt32(),
            json.GetProperty("comparison").GetProperty("stable_right").GetInt32(),
            json.GetProperty("comparison").GetProperty("candidate_right").GetInt32()));
    }

    [Fact]
    public async Task Get_CandidateThatFailed_SaysWhy()
    {
        using var cluster = new AdminCluster(Catalogues.WithCandidate(1, 0, c => c with { GateCandidate = null, Failures = [new PreparedFailure(PreparedNames.GateCandidate, "no encoder")] }));
        cluster.Desired.State = DesiredState.Empty with { Version = 1, Gate = new DesiredGate { Candidate = new GateSpec { Kind = GateKind.Stacked, Since = 1 } } };
        await cluster.Changes.DrainAsync(new V1.DrainHostRequest { Name = "a" }, "ann", TestContext.Current.CancellationToken);

        var candidate = cluster.GateLook.Status().Candidate;

        Assert.Equal(("", "stacked", "no encoder"), (candidate.Revision, candidate.Kind, candidate.Reason));
    }

    [Fact]
    public async Task Diff_Texts_AreBothGatesChoices()
    {
        var (status, json) = await PostAsync(_gate.DiffAsync, """{"texts": ["a", "b"]}""");

        Assert.Equal(200, status);
        var differences = json.GetProperty("differences").EnumerateArray().ToList();
        Assert.Equal(2, differences.Count);
        Assert.All(differences, d => Assert.Equal(("law", "tax"), (d.GetProperty("stable").GetString(), d.GetProperty("candidate").GetString())));
        Assert.Equal(["law", "tax", "general"], differences[0].GetProperty("stable_scores").EnumerateArray().Select(s => s.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("""{"texts": []}""", "texts")]
    [InlineData("""{"texts": ["a", ""]}""", "texts[1]")]
    public async Task Diff_WrongTexts_AreRefusedByName(string body, string field)
    {
        var (status, json) = await PostAsync(_gate.DiffAsync, body);

        Assert.Equal((400, field), (status, json.GetProperty("error").GetProperty("param").GetString()));
    }

    [Fact]
    public async Task Diff_NoCandidate_IsAConflict()
    {
        _cluster.Catalogue.Swap(Catalogues.WithCandidate(2, 0, c => c with { GateCandidate = null }));

        Assert.Equal(409, (await PostAsync(_gate.DiffAsync, """{"texts": ["a"]}""")).Status);
    }

    [Fact]
    public async Task Post_WithoutATypeOrFromAPage_IsRefused()
    {
        foreach (var call in (Func<HttpContext, Task>[])[_gate.FitAsync, _gate.ShiftAsync, _gate.PromoteAsync, _gate.RollBackAsync, _gate.DiffAsync])
        {
            Assert.Equal(400, (await RunAsync(call, HttpMethods.Post, "{}", "text/plain")).Status);
        }
    }

    private void Give(string expert, string text)
    {
        string id = RequestKey.New(RequestKey.OfRouter("router/a"));
        _cluster.Grains.Feedback[FeedbackKey.Of(id)] = [new FeedbackEntry { RequestId = id, AtUnixMs = 1, Expert = expert, Text = text, Model = "auto" }];
    }

    private static Task<(int Status, JsonElement Json)> PostAsync(Func<HttpContext, Task> call, string body) => RunAsync(call, HttpMethods.Post, body, "application/json");

    private static async Task<(int Status, JsonElement Json)> RunAsync(Func<HttpContext, Task> call, string method, string body, string type)
    {
        using var answer = new MemoryStream();
        var http = new DefaultHttpContext
        {
            Connection = { RemoteIpAddress = IPAddress.Loopback },
            Request = { Method = method, ContentType = type, Body = new MemoryStream(Encoding.UTF8.GetBytes(body)) },
            Response = { Body = answer },
        };
        await call(http);
        await http.Response.BodyWriter.FlushAsync();
        return (http.Response.StatusCode, JsonDocument.Parse(answer.ToArray()).RootElement.Clone());
    }
}
