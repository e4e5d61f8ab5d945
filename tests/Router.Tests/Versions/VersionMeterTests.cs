using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.Router.Versions;

namespace ExpertCluster.Router.Tests.Versions;

/// <summary>What requests do to the figures of their versions.</summary>
public sealed class VersionMeterTests : IDisposable
{
    private static readonly Token Token = new(1, "a", 0, []);

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly ScriptedPipeline _script = new(Catalogues.SnapshotOf(
        1, PreparedExpert (e) => e.Name == "law" ? e with { Canary = Catalogues.Version("law2", 0) } : e, ("law", "demo"), ("tax", "demo")));

    public void Dispose() => _script.Dispose();

    [Fact]
    public async Task Complete_Answers_AreTimedAndTheirTokensCounted()
    {
        _script.Backend.Answer = [new() { Text = "a", Tokens = [Token, Token] }, new() { Text = "b", Tokens = [Token], Finish = FinishReason.Stop }];
        _script.Backend.Opening = new TaskCompletionSource();
        var running = AskAsync(ExpertVersion.Canary);
        _script.Time.Advance(TimeSpan.FromSeconds(2));
        _script.Backend.Opening.SetResult();
        await running;
        _script.Backend.Opening = null;
        _script.Backend.Answer = [new() { Text = "a", Tokens = [Token], Finish = FinishReason.Stop }];
        await AskAsync(ExpertVersion.Canary);

        var figures = _script.FiguresOf("law", ExpertVersion.Canary)!;

        Assert.Equal((2, 0, 2.0, 2.0), (figures.Requests, figures.Errors, figures.MeanTokens, figures.TokensPerSecond));
        Assert.InRange(figures.P95SecondsToFirstToken, 2, 2.25);
        Assert.True(figures.MedianSecondsToFirstToken < 0.001);
        Assert.Null(_script.FiguresOf("law", ExpertVersion.Stable));
    }

    [Theory]
    [InlineData(FailureKind.Unavailable, 1, 1)]
    [InlineData(FailureKind.Internal, 1, 1)]
    [InlineData(FailureKind.Overloaded, 1, 1)]
    [InlineData(FailureKind.DeadlineExceeded, 1, 1)]
    [InlineData(FailureKind.Cancelled, 1, 0)]
    [InlineData(FailureKind.InvalidArgument, 0, 0)]
    [InlineData(FailureKind.Unimplemented, 0, 0)]
    public async Task Fail_BeforeTheFirstChunkOrBehindIt_IsTheVersionsErrorWhereItIsNotTheRequests(FailureKind kind, int requests, int errors)
    {
        foreach (bool early in (bool[])[true, false])
        {
            using var script = new ScriptedPipeline(_script.Catalogue.Current);
            script.Backend.Refuse = early ? _ => new RequestFailedException(kind, "no") : _ => null;
            script.Backend.Answer = [new() { Text = "a" }, new() { Text = "b" }];
            script.Backend.FailsAt = early ? script.Backend.FailsAt : (1, new Failure(kind, "no"));

            await Assert.ThrowsAsync<RequestFailedException>(() => AskAsync(ExpertVersion.Stable, script));

            var figures = script.FiguresOf("law", ExpertVersion.Stable);
            Assert.Equal((requests, errors), (figures?.Requests ?? 0, figures?.Errors ?? 0));
        }
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task Cancel_PastTheDeadline_IsTheVersionsError(bool late, int errors)
    {
        using var caller = new CancellationTokenSource();
        _script.Backend.Opening = new TaskCompletionSource();
        var running = Record.ExceptionAsync(() => AskAsync(ExpertVersion.Stable, cancellation: caller.Token));
        if (late)
        {
            _script.Time.Advance(TimeSpan.FromSeconds(61));
        }
        else
        {
            await caller.CancelAsync();
        }

        await running;

        Assert.Equal((1, errors), (_script.FiguresOf("law", ExpertVersion.Stable)!.Requests, _script.FiguresOf("law", ExpertVersion.Stable)!.Errors));
    }

    [Fact]
    public async Task Cancel_ReaderLeavesOnTheWay_IsARequestAndNoError()
    {
        _script.Backend.Answer = [new() { Text = "a", Tokens = [Token] }, new() { Text = "b", Tokens = [Token] }];
        await foreach (var _ in _script.Pipeline.RunAsync(Request(ExpertVersion.Stable), DateTime.MaxValue, _cancellation))
        {
            break;
        }

        var figures = _script.FiguresOf("law", ExpertVersion.Stable)!;

        Assert.Equal((1, 0, 0.0), (figures.Requests, figures.Errors, figures.MeanTokens));
    }

    /// <summary>Of several experts of a plan, the one that failed.</summary>
    [Fact]
    public async Task Fail_OneExpertOfThePlan_IsItsErrorAlone()
    {
        using var script = new ScriptedPipeline(Catalogues.SnapshotOf(1, e => e with { Canary = Catalogues.Version(e.Name + "2", 0) }, ("law", "demo"), ("tax", "demo")));
        script.Backend.Refuse = call => new ExpertFailedException("tax", new Failure(FailureKind.Unavailable, "no"));
        var request = new CompletionRequest { Prompt = "a", Merge = new() { Name = "mix", Scope = MergeScope.Request, Experts = [new("law", 1), new("tax", 1)] } };

        await Assert.ThrowsAsync<ExpertFailedException>(() => ReadAsync(script, request, _cancellation));

        Assert.Equal((0, 1), (script.FiguresOf("law", ExpertVersion.Stable)?.Errors ?? 0, script.FiguresOf("tax", ExpertVersion.Stable)!.Errors));
    }

    [Fact]
    public async Task Open_ExpertOfOneVersion_IsTheAnswerItself()
    {
        var meter = new VersionMeter(_script.Book, _script.Time);
        var answer = await _script.Backend.OpenAsync(new BackendCall(Request(null), await PlanAsync("tax"), DateTime.MaxValue), _cancellation);

        Assert.Same(answer, await meter.OpenAsync((await PlanAsync("tax")).Experts, DateTime.MaxValue, () => Task.FromResult(answer)));
    }

    private static CompletionRequest Request(ExpertVersion? version) => new() { Prompt = "a", Model = "law", Version = version };

    private async Task<Plan> PlanAsync(string model)
    {
        await foreach (var chunk in _script.Pipeline.RunAsync(new CompletionRequest { Prompt = "a", Model = model }, DateTime.MaxValue, _cancellation))
        {
            return chunk.Plan!;
        }

        throw new InvalidOperationException("no chunk");
    }

    private Task AskAsync(ExpertVersion version, ScriptedPipeline? script = null, CancellationToken? cancellation = null) =>
        ReadAsync(script ?? _script, Request(version), cancellation ?? _cancellation);

    private static async Task ReadAsync(ScriptedPipeline script, CompletionRequest request, CancellationToken cancellation)
    {
        await foreach (var _ in script.Pipeline.RunAsync(request, DateTime.MaxValue, cancellation))
        {
            // Whatever it says.
        }
    }
}
