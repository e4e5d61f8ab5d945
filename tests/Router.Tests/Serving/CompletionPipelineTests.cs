using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Serving;
using ExpertCluster.Router.Tests.Support;

namespace ExpertCluster.Router.Tests.Serving;

/// <summary>The way of a request, with a gate and a backend that do as they are told.</summary>
public sealed class CompletionPipelineTests : IDisposable
{
    /// <summary>At least what lies between two tries.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly ScriptedPipeline _script = new();

    private CompletionPipeline Pipeline => _script.Pipeline;

    private ScriptedBackend Backend => _script.Backend;

    public void Dispose() => _script.Dispose();

    [Fact]
    public async Task Run_Auto_TellsThePlanInTheFirstChunkAndTheUsageInTheLast()
    {
        Backend.Answer = [new() { Text = "a" }, new() { Text = "b", Finish = FinishReason.Stop, Usage = new(1, 2, 0) }];

        var chunks = await RunAsync(new CompletionRequest { Prompt = "Who pays?", Sampling = new() { Seed = 7 } });

        Assert.Equal(["a", "b"], chunks.Select(c => c.Text));
        Assert.Equal(("route", MergeScope.Token, "host-0", 7ul), (chunks[0].Plan!.Merge, chunks[0].Plan!.Scope, chunks[0].Plan!.Host, chunks[0].Plan!.Seed));
        Assert.Null(chunks[1].Plan);
        Assert.Equal((FinishReason.Stop, 1, 2), (chunks[1].Finish, chunks[1].Usage!.PromptTokens, chunks[1].Usage!.CompletionTokens));
        Assert.Equal([new ExpertUsage("law", 1, 0, 1)], chunks[1].Usage!.Experts);
        Assert.Equal("Who pays?", _script.Gate.Asked.Single());
        Assert.Equal(0, _script.Admission.InFlight);
    }

    [Fact]
    public async Task Run_Conversation_IsScoredByItsLastQuestion()
    {
        await RunAsync(new CompletionRequest { Messages = [new("user", "first"), new("assistant", "answer"), new("user", "second"), new("assistant", "Well,")] });

        Assert.Equal("second", _script.Gate.Asked.Single());
    }

    [Fact]
    public async Task Run_RequestMeetsARule_ItsExpertAnswersWhereItsLabelsAre()
    {
        using var script = new ScriptedPipeline(WithRules(new RoutingRule { Name = "desk", Headers = new Dictionary<string, string> { ["x-team"] = "tax" }, Expert = "tax", Labels = ["residency=eu"] }));

        var plan = (await RunAsync(new CompletionRequest { Prompt = "a", Header = name => name == "x-team" ? "tax" : null }, script: script))[0].Plan!;
        Assert.Equal(("tax", PlanReasons.Rule), (plan.Experts.Single().Name, plan.Reason));
        Assert.Equal(["residency=eu"], plan.Labels);
        Assert.Equal([new PlanNote("rule", "tax", "the rule desk holds")], plan.Notes);
        Assert.Empty(script.Gate.Asked);

        // Who names an expert gets it, where the rule sends it.
        plan = (await RunAsync(new CompletionRequest { Model = "law", Prompt = "a", Header = _ => "tax" }, script: script))[0].Plan!;
        Assert.Equal(("law", PlanReasons.Named), (plan.Experts.Single().Name, plan.Reason));
        Assert.Equal(["residency=eu"], plan.Labels);

        plan = (await RunAsync(new CompletionRequest { Prompt = "a" }, script: script))[0].Plan!;
        Assert.Equal("law", plan.Experts[0].Name);
        Assert.Empty(plan.Notes);
    }

    /// <summary>A gate of thousands ranks the likeliest: where none of these may answer, it is asked for all.</summary>
    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public async Task Run_NoneOfTheLikeliestMayAnswer_ThePlanIsMadeOfAll(bool ranksFew, int asked)
    {
        _script.Gate.RanksFew = ranksFew;

        var plan = (await RunAsync(new CompletionRequest { Prompt = "a", Routing = RoutingWish.None with { Deny = ["law", "general"] } }))[0].Plan!;

        Assert.Contains(plan.Experts, e => e.Name == "tax");
        Assert.Equal(asked, _script.Gate.Asked.Count);
    }

    [Fact]
    public async Task Run_RuleDeniesAnExpert_NobodyReachesIt()
    {
        using var script = new ScriptedPipeline(WithRules(new RoutingRule { Name = "walls", Keywords = ["merger"], Deny = ["law"] }));

        var plan = (await RunAsync(new CompletionRequest { Prompt = "On the Merger?" }, script: script))[0].Plan!;
        Assert.DoesNotContain("law", plan.Experts.Select(e => e.Name));
        Assert.Equal(["the rule walls holds", "law is not allowed by the rule walls"], plan.Notes.Select(n => n.Text));
        var error = await Assert.ThrowsAsync<RequestFailedException>(() => RunAsync(new CompletionRequest { Model = "law", Prompt = "On the Merger?" }, script: script));
        Assert.Equal((FailureKind.Forbidden, "law is not allowed by the rule walls"), (error.Failure.Kind, error.Failure.Message));
    }

    [Fact]
    public async Task Run_CallerBoundsTheGate_ThePlanKeepsToIt()
    {
        var plan = (await RunAsync(new CompletionRequest { Prompt = "a", Routing = new() { Deny = ["law"], Labels = ["zone=1"] } }))[0].Plan!;
        Assert.Equal("tax", plan.Experts[0].Name);
        Assert.Equal(["zone=1"], plan.Labels);

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => RunAsync(new CompletionRequest { Model = "law", Prompt = "a", Routing = new() { Allow = ["tax"] } }));
        Assert.Equal((FailureKind.InvalidArgument, "routing", "law is not allowed"), (error.Failure.Kind, error.Failure.Field, error.Failure.Message));
    }

    [Fact]
    public async Task Run_NoSeed_DrawsOneAndTellsIt()
    {
        var chunks = await RunAsync(new CompletionRequest { Prompt = "a", Model = "law" });

        Assert.Equal(Backend.Calls.Single().Request.Sampling.Seed, chunks[0].Plan!.Seed);
        Assert.NotNull(Backend.Calls.Single().Request.Sampling.Seed);
        Assert.Empty(_script.Gate.Asked);
    }

    [Fact]
    public async Task Run_AnotherHostGoesOn_TellsThePlanAgainWithItsHost()
    {
        Backend.Answer = [new() { Text = "a" }, new() { Text = "b" }, new() { Text = "c", Finish = FinishReason.Length }];
        Backend.ResumesAt = 1;

        var chunks = await RunAsync(new CompletionRequest { Prompt = "a", Model = "law" });

        Assert.Equal([("host-0", "named"), ("host-1", "resumed"), null], chunks.Select(c => c.Plan is { } plan ? (plan.Host, plan.Reason) : ((string, string)?)null));
    }

    public static TheoryData<CompletionRequest, FailureKind, string> Wrong => new()
    {
        { new() { Prompt = "a", Sampling = new() { Temperature = 3 } }, FailureKind.InvalidArgument, "temperature" },
        { new() { Prompt = "a", Sampling = new() { MaxTokens = 0 } }, FailureKind.InvalidArgument, "max_tokens" },
        { new() { Prompt = "a", Model = "nobody" }, FailureKind.UnknownModel, "model" },
        { new() { Prompt = "a", Merge = new() { Name = "blend" } }, FailureKind.InvalidArgument, "merge.mode" },
        { new(), FailureKind.InvalidArgument, "prompt" },
    };

    /// <summary>Even where there is no place for it: what is wrong is told before anything is waited for.</summary>
    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Run_WrongRequest_IsRefusedBeforeAdmissionGateAndBackend(CompletionRequest request, FailureKind kind, string field)
    {
        await _script.Admission.EnterAsync(_cancellation);

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => RunAsync(request));

        Assert.Equal((kind, field), (error.Failure.Kind, error.Failure.Field));
        Assert.Empty(_script.Gate.Asked);
        Assert.Empty(Backend.Calls);
    }

    [Fact]
    public async Task Run_NoPlace_IsOverloadedAndSaysWhenToComeBack()
    {
        await _script.Admission.EnterAsync(_cancellation);

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => RunAsync(new CompletionRequest { Prompt = "a" }));

        Assert.Equal((FailureKind.Overloaded, TimeSpan.FromSeconds(1)), (error.Failure.Kind, error.Failure.RetryAfter));
    }

    [Fact]
    public async Task Run_ExpertCannotBeLoaded_IsLeftOutOfAutoAndRefusedByName()
    {
        _script.Unusable.Add("law", _script.Catalogue.Current.FindExpert("law")!.Revision, "expert law can't be loaded: adapter.safetensors is cut short");

        var chunks = await RunAsync(new CompletionRequest { Prompt = "a" });
        Assert.DoesNotContain("law", chunks[0].Plan!.Experts.Select(e => e.Name));

        var error = await Assert.ThrowsAsync<ExpertFailedException>(() => RunAsync(new CompletionRequest { Prompt = "a", Model = "law" }));
        Assert.Equal((FailureKind.Unavailable, "expert law can't be loaded: adapter.safetensors is cut short"), (error.Failure.Kind, error.Message));
    }

    /// <summary>Whoever leaves the choice to the gate must not pay for an expert that turns out to be broken.</summary>
    [Fact]
    public async Task Run_AutoMeetsAnExpertThatCannotBeUsed_IsPlannedAgainWithoutIt()
    {
        Backend.Refuse = call => Broken(call, "law") ?? Broken(call, "tax");

        var chunks = await RunAsync(new CompletionRequest { Prompt = "a" });

        Assert.Equal(3, Backend.Calls.Count);
        Assert.Equal(["general"], chunks[0].Plan!.Experts.Select(e => e.Name));
    }

    [Fact]
    public async Task Run_NamedExpertCannotBeUsed_IsRefusedWithTheReason()
    {
        Backend.Refuse = call => Broken(call, "law");

        var error = await Assert.ThrowsAsync<ExpertFailedException>(() => RunAsync(new CompletionRequest { Prompt = "a", Model = "law" }));

        Assert.Equal("expert law is broken", error.Message);
        Assert.Single(Backend.Calls);
        Assert.Equal(0, _script.Admission.InFlight);
    }

    [Theory]
    [InlineData(ExpertVersion.Stable)]
    [InlineData(ExpertVersion.Canary)]
    public async Task Run_VersionIsAskedFor_AnswersAndIsTold(ExpertVersion version)
    {
        using var script = WithCanary(percent: 50);
        var law = script.Catalogue.Current.FindExpert("law")!;

        var plan = (await RunAsync(new CompletionRequest { Prompt = "a", Model = "law", Version = version }, script: script))[0].Plan!;

        string revision = version == ExpertVersion.Stable ? law.Revision : law.Canary!.Revision;
        Assert.Equal(new PlannedExpert("law", 1, revision) { Version = version }, Assert.Single(plan.Experts));
        Assert.Equal(revision, script.Backend.Calls.Single().Plan.Experts[0].Revision);
    }

    [Theory]
    [InlineData(0.49, ExpertVersion.Canary)]
    [InlineData(0.5, ExpertVersion.Stable)]
    public async Task Run_NobodyAsksForAVersion_ChanceDecides(double number, ExpertVersion version)
    {
        using var script = WithCanary(percent: 50, number);

        Assert.Equal(version, (await RunAsync(new CompletionRequest { Prompt = "a", Model = "law" }, script: script))[0].Plan!.Experts[0].Version);
    }

    /// <summary>What serves is there: nobody is refused, by name or not, for what was only tried.</summary>
    [Theory]
    [InlineData("law", ExpertVersion.Canary)]
    [InlineData("law", null)]
    [InlineData("auto", ExpertVersion.Canary)]
    [InlineData("auto", null)]
    public async Task Run_CanaryCannotBeUsed_IsAnsweredByWhatServes(string model, ExpertVersion? wish)
    {
        using var script = WithCanary(percent: 100);
        var law = script.Catalogue.Current.FindExpert("law")!;
        script.Backend.Refuse = call => call.Plan.Experts.Any(e => e.Revision == law.Canary!.Revision) ? Broken(call, "law", script) : null;

        for (int i = 0; i < 2; i++)
        {
            var plan = (await RunAsync(new CompletionRequest { Prompt = "a", Model = model, Version = wish }, script: script))[0].Plan!;
            Assert.Equal(new { law.Revision, Version = ExpertVersion.Stable }, plan.Experts.Where(e => e.Name == "law").Select(e => new { e.Revision, e.Version }).Single());
        }

        Assert.Equal(3, script.Backend.Calls.Count);
        Assert.Equal((1, 1), (script.FiguresOf("law", ExpertVersion.Canary)!.Requests, script.FiguresOf("law", ExpertVersion.Canary)!.Errors));
        Assert.Equal((2, 0), (script.FiguresOf("law", ExpertVersion.Stable)!.Requests, script.FiguresOf("law", ExpertVersion.Stable)!.Errors));
    }

    [Fact]
    public async Task Run_CanaryAndWhatServesCannotBeUsed_IsRefusedWithTheReason()
    {
        using var script = WithCanary(percent: 100);
        script.Backend.Refuse = call => Broken(call, "law", script);

        var error = await Assert.ThrowsAsync<ExpertFailedException>(() => RunAsync(new CompletionRequest { Prompt = "a", Model = "law" }, script: script));

        Assert.Equal(("expert law is broken", 2), (error.Message, script.Backend.Calls.Count));
    }

    [Fact]
    public async Task Run_PlannedAnew_KeepsTheVersionThatWasDrawn()
    {
        using var script = WithCanary(percent: 50, 0.1, 0.9);
        script.Backend.Refuse = call => script.Backend.Calls.Count < 3 ? new PlanOutdatedException(new Failure(FailureKind.Unavailable, "not yet")) : null;

        var running = RunAsync(new CompletionRequest { Prompt = "a", Model = "law" }, script: script);
        await script.Time.PassPausesAsync(running, Pause, _cancellation);

        Assert.All(script.Backend.Calls, call => Assert.Equal(ExpertVersion.Canary, call.Plan.Experts[0].Version));
        Assert.Equal((1, 0), (script.FiguresOf("law", ExpertVersion.Canary)!.Requests, script.FiguresOf("law", ExpertVersion.Canary)!.Errors));
        await running;
    }

    /// <summary>Hosts and routers take a new catalogue one after the other.</summary>
    [Fact]
    public async Task Run_HostsHaveAnotherCatalogue_IsPlannedAgainByTheOneThatIsThere()
    {
        Backend.Refuse = call => Backend.Calls.Count < 3 ? new PlanOutdatedException(new Failure(FailureKind.Unavailable, "not yet")) : null;

        var running = RunAsync(new CompletionRequest { Prompt = "a", Model = "law" });
        await _script.Time.PassPausesAsync(running, Pause, _cancellation);

        Assert.NotEmpty(await running);
        Assert.Equal(3, Backend.Calls.Count);
    }

    [Fact]
    public async Task Run_HostsNeverTakeTheCatalogue_EndsWithPatience()
    {
        Backend.Refuse = _ => new PlanOutdatedException(new Failure(FailureKind.Unavailable, "not yet"));

        var running = RunAsync(new CompletionRequest { Prompt = "a", Model = "law" });
        await _script.Time.PassPausesAsync(running, Pause, _cancellation);

        Assert.Equal("not yet", (await Assert.ThrowsAsync<PlanOutdatedException>(() => running)).Message);
        Assert.Equal(51, Backend.Calls.Count);
    }

    [Fact]
    public async Task Run_NoBackendServesThePlan_SaysWhatItNeeds()
    {
        Backend.ServesPlans = false;

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => RunAsync(new CompletionRequest { Prompt = "a", Model = "law" }));

        Assert.Equal((FailureKind.Unimplemented, "merge"), (error.Failure.Kind, error.Failure.Field));
        Assert.Equal(0, _script.Admission.InFlight);
    }

    [Fact]
    public async Task Run_BackendFailsOnTheWay_EndsWithItsFailureAndLeaves()
    {
        var failure = new Failure(FailureKind.Unavailable, "lost") { RetryAfter = TimeSpan.FromSeconds(5) };
        Backend.Answer = [new() { Text = "a" }, new() { Text = "b" }];
        Backend.FailsAt = (1, failure);
        List<string> texts = [];

        var error = await Assert.ThrowsAsync<RequestFailedException>(async () =>
        {
            await foreach (var chunk in Pipeline.RunAsync(new CompletionRequest { Prompt = "a" }, DateTime.MaxValue, _cancellation))
            {
                texts.Add(chunk.Text);
            }
        });

        Assert.Equal(failure, error.Failure);
        Assert.Equal(["a"], texts);
        Assert.Equal((0, true), (_script.Admission.InFlight, Backend.IsDisposed));
    }

    [Theory]
    [InlineData(true, FailureKind.DeadlineExceeded)]
    [InlineData(false, FailureKind.Cancelled)]
    public async Task Run_BackendIsCancelled_SaysWhetherItWasLate(bool late, FailureKind kind)
    {
        using var caller = new CancellationTokenSource();
        Backend.Opening = new TaskCompletionSource();
        var running = Record.ExceptionAsync(() => RunAsync(new CompletionRequest { Prompt = "a" }, caller.Token));
        if (late)
        {
            _script.Time.Advance(TimeSpan.FromSeconds(61));
        }
        else
        {
            await caller.CancelAsync();
        }

        Assert.Equal(kind, Assert.IsType<RequestFailedException>(await running).Failure.Kind);
        Assert.Equal(0, _script.Admission.InFlight);
    }

    [Fact]
    public async Task Run_CatalogueIsSwapped_TheNextRequestSeesIt()
    {
        await Assert.ThrowsAsync<RequestFailedException>(() => RunAsync(new CompletionRequest { Prompt = "a", Model = "code" }));

        _script.Catalogue.Swap(Catalogues.SnapshotOf(2, ("law", "demo"), ("code", "demo")));

        Assert.Equal("code", (await RunAsync(new CompletionRequest { Prompt = "a", Model = "code" }))[0].Plan!.Experts.Single().Name);
        await Assert.ThrowsAsync<RequestFailedException>(() => RunAsync(new CompletionRequest { Prompt = "a", Model = "tax" }));
    }

    /// <summary>What a backend throws whose hosts can't use an expert: the router knows of it from then on.</summary>
    private ExpertFailedException? Broken(BackendCall call, string expert, ScriptedPipeline? script = null)
    {
        if (call.Plan.Experts.FirstOrDefault(e => e.Name == expert) is not { Name: not null } planned)
        {
            return null;
        }

        (script ?? _script).Unusable.Add(expert, planned.Revision, $"expert {expert} is broken");
        return new ExpertFailedException(expert, new Failure(FailureKind.Unavailable, $"expert {expert} is broken", "model"));
    }

    private static ScriptedPipeline WithCanary(int percent, params double[] random) => new(
        Catalogues.SnapshotOf(1, e => e.Name == "law" ? e with { Canary = Catalogues.Version("law2", percent) } : e, ("law", "demo"), ("tax", "demo"), ("general", "demo")),
        options: null,
        random);

    private async Task<List<CompletionChunk>> RunAsync(CompletionRequest request, CancellationToken? cancellation = null, ScriptedPipeline? script = null)
    {
        List<CompletionChunk> chunks = [];
        await foreach (var chunk in (script ?? _script).Pipeline.RunAsync(request, DateTime.MaxValue, cancellation ?? _cancellation))
        {
            chunks.Add(chunk);
        }

        return chunks;
    }

    private static CatalogueSnapshot WithRules(params RoutingRule[] rules)
    {
        var plain = Catalogues.SnapshotOf(1, ("law", "demo"), ("tax", "demo"), ("general", "demo"));
        return new(1, new PreparedCatalogue { Bases = plain.Bases, Experts = plain.Experts, Rules = rules });
    }
}
