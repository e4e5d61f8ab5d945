using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Backends.Remote;
using ExpertCluster.Router.Tests.Backends.Remote;
using ExpertCluster.Router.Tests.Support;

namespace ExpertCluster.Router.Tests.Serving;

/// <summary>A remote expert among others: chosen by the gate, named, or left out, with what it does wrong falling on nobody who did not name it.</summary>
public sealed class RemoteExpertTests
{
    private const string Cloud = RemoteTrials.Expert;

    private static readonly Func<FakeEndpoint.Caller, Task> Oops = caller => caller.BeginAsync("application/json", "500 Oops");

    [Fact]
    public async Task TheGatesChoice_AnswersAsAWhole()
    {
        await using var fake = FakeEndpoint.Saying("From ", "afar.");
        using var script = ScriptOf(fake);

        var chunks = await RunAsync(script, new CompletionRequest { Prompt = "a" });

        Assert.Equal("From afar.", string.Concat(chunks.Select(c => c.Text)));
        var plan = chunks[0].Plan!;
        Assert.Equal((Cloud, MergeScope.Request, "route", RemoteStream.Place), (plan.Experts.Single().Name, plan.Scope, plan.Merge, plan.Host));
        Assert.Empty(script.Backend.Calls);
        Assert.Equal(FinishReason.Stop, chunks[^1].Finish);
    }

    [Fact]
    public async Task OneThatFails_IsLeftOutOfTheGatesChoice_AndThePlanSaysWhy()
    {
        await using var fake = new FakeEndpoint(Oops);
        using var script = ScriptOf(fake);

        var plan = (await RunAsync(script, new CompletionRequest { Prompt = "a" }))[0].Plan!;

        Assert.DoesNotContain(plan.Experts, e => e.Name == Cloud);
        Assert.Equal(new PlanNote("remote", Cloud, "cloud is a remote model, which failed (500)"), plan.Notes.Single(n => n.Expert == Cloud));
        Assert.Single(fake.Requests);

        // The next request tries it again: one failure is an accident.
        await RunAsync(script, new CompletionRequest { Prompt = "a" });
        Assert.Equal(2, fake.Requests.Count);
    }

    [Fact]
    public async Task OneThatFailsAlways_IsNotEvenTried()
    {
        await using var fake = new FakeEndpoint(Oops);
        using var script = ScriptOf(fake);
        for (int i = 0; i < 8; i++)
        {
            Assert.DoesNotContain((await RunAsync(script, new CompletionRequest { Prompt = "a" }))[0].Plan!.Experts, e => e.Name == Cloud);
        }

        Assert.Equal(5, fake.Requests.Count);
    }

    [Fact]
    public async Task WhoeverNamesIt_GetsItsFailure()
    {
        await using var fake = new FakeEndpoint(Oops);
        using var script = ScriptOf(fake);

        var error = await Assert.ThrowsAnyAsync<RequestFailedException>(() => RunAsync(script, new CompletionRequest { Model = Cloud, Prompt = "a" }));

        Assert.Equal((FailureKind.Unavailable, "cloud is a remote model, which failed (500)", "model"), (error.Failure.Kind, error.Message, error.Failure.Field));
    }

    public static TheoryData<string, Sampling> Unsupported => new()
    {
        { "top_k", new() { TopK = 4 } },
        { "min_p", new() { MinP = 0.1f } },
        { "logit_bias", new() { LogitBias = new Dictionary<int, float> { [3] = 1 } } },
        { "min_tokens", new() { MinTokens = 2 } },
        { "stop_token_ids", new() { StopTokens = [1] } },
        { "ignore_eos", new() { IgnoreEos = true } },
    };

    [Theory]
    [MemberData(nameof(Unsupported))]
    public async Task WhatItHasNoFieldFor_IsRefusedByName_AndAnsweredByOthersWhereTheGateChooses(string field, Sampling sampling)
    {
        await using var fake = FakeEndpoint.Saying("x");
        using var script = ScriptOf(fake);

        var error = await Assert.ThrowsAnyAsync<RequestFailedException>(() => RunAsync(script, new CompletionRequest { Model = Cloud, Prompt = "a", Sampling = sampling }));
        Assert.Equal((FailureKind.InvalidArgument, field), (error.Failure.Kind, error.Failure.Field));

        var plan = (await RunAsync(script, new CompletionRequest { Prompt = "a", Sampling = sampling }))[0].Plan!;
        Assert.DoesNotContain(plan.Experts, e => e.Name == Cloud);
        Assert.Contains(plan.Notes, n => n.Expert == Cloud && n.Kind == PlanNoteKinds.Remote && n.Text.StartsWith(field, StringComparison.Ordinal));
        Assert.Empty(fake.Requests);
    }

    [Fact]
    public async Task DataThatMayNotLeave_DoesNot()
    {
        await using var fake = FakeEndpoint.Saying("x");
        using var script = ScriptOf(fake, "residency=us");
        var eu = RoutingWish.None with { Labels = ["residency=eu"] };
        var on = RoutingWish.None with { Labels = ["site=here"] };

        foreach (var wish in new[] { eu, on })
        {
            Assert.DoesNotContain((await RunAsync(script, new CompletionRequest { Prompt = "a", Routing = wish }))[0].Plan!.Experts, e => e.Name == Cloud);
            var error = await Assert.ThrowsAnyAsync<RequestFailedException>(() => RunAsync(script, new CompletionRequest { Model = Cloud, Prompt = "a", Routing = wish }));
            Assert.Equal("routing.labels", error.Failure.Field);
        }

        Assert.Empty(fake.Requests);
        await RunAsync(script, new CompletionRequest { Prompt = "a", Routing = RoutingWish.None with { Labels = ["residency=us"] } });
        Assert.Single(fake.Requests);
    }

    [Theory]
    [InlineData("route")]
    [InlineData("mix")]
    [InlineData("ensemble")]
    [InlineData(null)]
    public async Task NoMerge_FailsForWhereItIs(string? merge)
    {
        await using var fake = FakeEndpoint.Saying("x");
        using var script = ScriptOf(fake);
        var wish = MergeWish.None with { Name = merge, Experts = [new(Cloud, 2), new("law", 1)] };

        var plan = (await RunAsync(script, new CompletionRequest { Prompt = "a", Merge = wish }))[0].Plan!;
        Assert.Equal([Cloud], plan.Experts.Select(e => e.Name));
        Assert.Single(fake.Requests);

        wish = wish with { Experts = [new(Cloud, 1), new("law", 2)] };
        plan = (await RunAsync(script, new CompletionRequest { Prompt = "a", Merge = wish }))[0].Plan!;
        Assert.DoesNotContain(plan.Experts, e => e.Name == Cloud);
        Assert.Single(fake.Requests);
    }

    [Fact]
    public async Task ABrokenAnswer_FailsTheStream_AndNobodyGoesOnWithIt()
    {
        await using var fake = new FakeEndpoint(async caller =>
        {
            await caller.BeginAsync();
            await caller.SayAsync("Well, ");
        });
        using var script = ScriptOf(fake);
        List<CompletionChunk> seen = [];

        var error = await Assert.ThrowsAnyAsync<RequestFailedException>(async () =>
        {
            await foreach (var chunk in script.Pipeline.RunAsync(new CompletionRequest { Prompt = "a" }, DateTime.MaxValue, TestContext.Current.CancellationToken))
            {
                seen.Add(chunk);
            }
        });

        Assert.Equal("Well, ", string.Concat(seen.Select(c => c.Text)));
        Assert.Equal(FailureKind.Unavailable, error.Failure.Kind);
        Assert.Empty(script.Backend.Calls);
    }

    private static ScriptedPipeline ScriptOf(FakeEndpoint fake, params string[] labels)
    {
        var plain = Catalogues.SnapshotOf(1, ("law", "demo"), ("tax", "demo"), ("general", "demo"));
        var script = new ScriptedPipeline("router-0", Remotes.With(plain, Cloud, RemoteTrials.ModelOf(fake.Url), labels), options: null);
        script.Gate.Likes = Cloud;
        return script;
    }

    private static async Task<List<CompletionChunk>> RunAsync(ScriptedPipeline script, CompletionRequest request)
    {
        List<CompletionChunk> chunks = [];
        await foreach (var chunk in script.Pipeline.RunAsync(request, DateTime.MaxValue, TestContext.Current.CancellationToken))
        {
            chunks.Add(chunk);
        }

        return chunks;
    }
}
