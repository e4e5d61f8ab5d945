using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.Router.Versions;

namespace ExpertCluster.Router.Tests.Versions;

/// <summary>Copies run on threads of their own: what they come to is waited for, and the test's own time limit is the bound.</summary>
public sealed class ShadowCopiesTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Begin_RequestOfTheStableVersion_IsCopiedAndItsAnswerIsNobodys()
    {
        using var script = New();
        script.Backend.AnswerTo = call => [new() { Text = call.IsCopy ? "other" : "mine", Finish = FinishReason.Stop }];

        var chunks = await AskAsync(script, new CompletionRequest { Prompt = "a", Model = "law", Caller = 7, Sampling = new() { MaxTokens = 5, Seed = 3 } });
        await UntilAsync(() => script.FiguresOf("law", ExpertVersion.Shadow)?.Compared == 1);

        Assert.Equal(["mine"], chunks.Select(c => c.Text));
        var law = script.Catalogue.Current.FindExpert("law")!;
        var (real, copy) = (script.Backend.Calls.Single(c => !c.IsCopy), script.Backend.Calls.Single(c => c.IsCopy));
        Assert.Equal((law.Revision, ExpertVersion.Stable), (real.Plan.Experts[0].Revision, chunks[0].Plan!.Experts[0].Version));
        Assert.Equal(new PlannedExpert("law", 1, law.Shadow!.Revision) { Version = ExpertVersion.Shadow }, Assert.Single(copy.Plan.Experts));
        Assert.Equal((7ul, ShadowCopies.Caller), (real.Request.Caller, copy.Request.Caller));
        Assert.Equal(real.Request with { Caller = 0 }, copy.Request with { Caller = 0 });
        Assert.Equal((1, 0), (script.FiguresOf("law", ExpertVersion.Shadow)!.Requests, script.FiguresOf("law", ExpertVersion.Shadow)!.Equal));
        Assert.Equal(1, script.FiguresOf("law", ExpertVersion.Stable)!.Requests);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("the same", 1)]
    [InlineData("the sam", 0)]
    public async Task Compare_WholeTexts_WhateverTheirChunks(string shadow, int equal)
    {
        using var script = New();
        script.Backend.AnswerTo = call => call.IsCopy
            ? [.. shadow.Select((c, i) => new CompletionChunk { Text = $"{c}", Finish = i == shadow.Length - 1 ? FinishReason.Stop : FinishReason.None })]
            : [new() { Text = "the " }, new() { Text = "same", Finish = FinishReason.Stop }];

        await AskAsync(script);
        await UntilAsync(() => script.FiguresOf("law", ExpertVersion.Shadow)?.Compared == 1);

        Assert.Equal(equal, script.FiguresOf("law", ExpertVersion.Shadow)!.Equal);
    }

    /// <summary>The copy is slow, or fails: the caller has its answer all the same.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Begin_CopyHangsOrFails_TheCallerNoticesNothing()
    {
        using var script = New();
        var (begun, hanging) = (new TaskCompletionSource(), new TaskCompletionSource());
        script.Backend.BeforeMove = call =>
        {
            if (call.IsCopy)
            {
                begun.TrySetResult();
            }

            return call.IsCopy ? hanging.Task : Task.CompletedTask;
        };
        Assert.Equal("a", (await AskAsync(script)).Single().Text);
        await begun.Task;

        script.Backend.Refuse = call => call.IsCopy ? new RequestFailedException(FailureKind.Unavailable, "no") : null;
        Assert.Equal("a", (await AskAsync(script)).Single().Text);
        await UntilAsync(() => script.FiguresOf("law", ExpertVersion.Shadow)?.Errors == 1);

        Assert.Equal((0, 0), (script.FiguresOf("law", ExpertVersion.Stable)!.Errors, script.FiguresOf("law", ExpertVersion.Shadow)!.Compared));
        Assert.Equal(0, script.Admission.InFlight);
        hanging.SetResult();
        await UntilAsync(() => script.Shadows.Running == 0 && script.FiguresOf("law", ExpertVersion.Shadow)!.Compared == 1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Begin_AsManyRunAsMay_OneMoreIsLeftOutAndCounted()
    {
        using var script = New(new RouterOptions { ShadowLimit = 2 });
        var hanging = new TaskCompletionSource();
        script.Backend.BeforeMove = call => call.IsCopy ? hanging.Task : Task.CompletedTask;
        double before = script.VersionMetrics.ShadowDrops.WithLabels("full").Value;

        for (int i = 0; i < 5; i++)
        {
            await AskAsync(script);
        }

        Assert.True(script.VersionMetrics.ShadowDrops.WithLabels("full").Value >= before + 3);
        Assert.Equal(2, script.Shadows.Running);
        hanging.SetResult();
        await UntilAsync(() => script.FiguresOf("law", ExpertVersion.Shadow)?.Compared == 2);
        await AskAsync(script);
        await UntilAsync(() => script.FiguresOf("law", ExpertVersion.Shadow)!.Compared == 3);
    }

    [Fact(Timeout = 60_000)]
    public async Task Begin_LimitIsZero_NothingIsCopied()
    {
        using var script = New(new RouterOptions { ShadowLimit = 0 });

        await AskAsync(script);

        Assert.False(Assert.Single(script.Backend.Calls).IsCopy);
    }

    [Fact(Timeout = 60_000)]
    public async Task Begin_RequestsWaitForAdmission_IsLeftOutAndCounted()
    {
        using var script = New(new RouterOptions { QueueLimit = 1 });
        script.Backend.Opening = new TaskCompletionSource();
        double before = script.VersionMetrics.ShadowDrops.WithLabels("busy").Value;
        var first = AskAsync(script);
        var second = AskAsync(script);
        await UntilAsync(() => script.Admission.Waiting == 1);
        script.Backend.Opening.SetResult();
        await Task.WhenAll(first, second);
        await UntilAsync(() => script.FiguresOf("law", ExpertVersion.Shadow)?.Compared == 1);

        Assert.Single(script.Backend.Calls, c => c.IsCopy);
        Assert.True(script.VersionMetrics.ShadowDrops.WithLabels("busy").Value >= before + 1);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(0.29, 1)]
    [InlineData(0.3, 0)]
    public async Task Begin_APercent_IsTheShareThatIsCopied(double number, int copies)
    {
        using var script = new ScriptedPipeline(Snapshot(percent: 30), options: null, number, number);

        await AskAsync(script);
        await UntilAsync(() => script.FiguresOf("law", ExpertVersion.Shadow) is not null == (copies == 1) && script.Shadows.Running == 0);

        Assert.Equal(copies, script.Backend.Calls.Count(c => c.IsCopy));
    }

    [Fact(Timeout = 60_000)]
    public async Task Begin_RequestOfTheCanary_IsNotCopied()
    {
        using var script = New();

        var chunks = await AskAsync(script, new CompletionRequest { Prompt = "a", Model = "law", Version = ExpertVersion.Canary });

        Assert.Equal(ExpertVersion.Canary, chunks[0].Plan!.Experts[0].Version);
        Assert.Single(script.Backend.Calls);
    }

    [Fact(Timeout = 60_000)]
    public async Task Begin_SeveralExpertsWithShadows_OneOfThemGetsTheCopy()
    {
        using var script = New();
        var request = new CompletionRequest { Prompt = "a", Merge = new() { Name = "mix", Scope = MergeScope.Request, Experts = [new("law", 1), new("tax", 1)] } };

        await AskAsync(script, request);
        await UntilAsync(() => script.Backend.Calls.Count == 2 && script.Shadows.Running == 0);

        var copy = script.Backend.Calls.Single(c => c.IsCopy).Plan;
        Assert.Equal([ExpertVersion.Stable, ExpertVersion.Shadow], copy.Experts.Select(e => e.Version).Order());
        Assert.Equal(["law", "tax"], copy.Experts.Select(e => e.Name));
    }

    [Fact(Timeout = 60_000)]
    public async Task Stop_CopyThatRuns_IsCancelled()
    {
        using var script = New();
        var hanging = new TaskCompletionSource();
        script.Backend.BeforeMove = call => call.IsCopy ? hanging.Task : Task.CompletedTask;
        await AskAsync(script);
        await UntilAsync(() => script.Shadows.Running == 1);

        script.Host.StopApplication();

        await UntilAsync(() => script.Shadows.Running == 0 && script.FiguresOf("law", ExpertVersion.Shadow) is not null);
        Assert.Equal((1, 0), (script.FiguresOf("law", ExpertVersion.Shadow)!.Requests, script.FiguresOf("law", ExpertVersion.Shadow)!.Errors));
    }

    [Fact(Timeout = 60_000)]
    public async Task Run_PastItsOwnDeadline_IsAnErrorOfTheShadow()
    {
        using var script = New();
        var hanging = new TaskCompletionSource();
        script.Backend.BeforeMove = call => call.IsCopy ? hanging.Task : Task.CompletedTask;
        await AskAsync(script);
        await UntilAsync(() => script.Backend.Calls.Count == 2);

        await UntilAsync(() =>
        {
            script.Time.Advance(TimeSpan.FromSeconds(60));
            return script.FiguresOf("law", ExpertVersion.Shadow)?.Errors == 1;
        });

        Assert.Equal(0, script.FiguresOf("law", ExpertVersion.Stable)!.Errors);
    }

    /// <summary>The answer that it would be laid beside never came to its end.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Compare_CallerLeaves_IsNotCompared()
    {
        using var script = New();
        script.Backend.Answer = [new() { Text = "a" }, new() { Text = "b", Finish = FinishReason.Stop }];
        await foreach (var _ in script.Pipeline.RunAsync(new CompletionRequest { Prompt = "a", Model = "law" }, DateTime.MaxValue, _cancellation))
        {
            break;
        }

        await UntilAsync(() => script.FiguresOf("law", ExpertVersion.Shadow)?.Requests == 1 && script.Shadows.Running == 0);

        Assert.Equal(0, script.FiguresOf("law", ExpertVersion.Shadow)!.Compared);
    }

    private static ScriptedPipeline New(RouterOptions? options = null) => new(Snapshot(percent: 100), options);

    /// <summary>Law and tax have a canary, by the header alone, and a shadow.</summary>
    private static CatalogueSnapshot Snapshot(int percent) => Catalogues.SnapshotOf(
        1,
        PreparedExpert (e) => e with { Canary = Catalogues.Version(e.Name + "2", 0), Shadow = Catalogues.Version(e.Name + "3", percent) },
        ("law", "demo"),
        ("tax", "demo"));

    private async Task<List<CompletionChunk>> AskAsync(ScriptedPipeline script, CompletionRequest? request = null)
    {
        List<CompletionChunk> chunks = [];
        await foreach (var chunk in script.Pipeline.RunAsync(request ?? new CompletionRequest { Prompt = "a", Model = "law" }, DateTime.MaxValue, _cancellation))
        {
            chunks.Add(chunk);
        }

        return chunks;
    }

    private async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            _cancellation.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
