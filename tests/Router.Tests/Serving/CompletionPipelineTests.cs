using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Node.Options;
using ExpertCluster.Router.Admission;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Merging;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Planning;
using ExpertCluster.Router.Serving;
using ExpertCluster.Router.Telemetry;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExpertCluster.Router.Tests.Serving;

/// <summary>The way of a request, with a gate and a backend that do as they are told.</summary>
public sealed class CompletionPipelineTests : IDisposable
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly Catalogue.Snapshots.CatalogueHolder _catalogue = Catalogues.Of(("law", "demo"), ("tax", "demo"), ("general", "demo"));
    private readonly ScriptedBackend _backend = new();
    private readonly FakeGate _gate = new();
    private readonly UnusableExperts _unusable = new();
    private readonly ManualTime _time = new();
    private readonly RoutingStates _states;
    private readonly AdmissionGate _admission = new(new RouterOptions { MaxInFlight = 1, QueueLimit = 0 });
    private readonly CompletionPipeline _pipeline;

    public CompletionPipelineTests()
    {
        var metrics = new RouterMetrics(_catalogue);
        var merges = new PolicySet<IMergePolicy>([new RoutePolicy(), new MixPolicy(), new EnsemblePolicy()]);
        _states = new RoutingStates(_catalogue, _gate, NullLogger<RoutingStates>.Instance);
        var planner = new RequestPlanner(_states, new RequestCheck(merges), merges, _unusable, new RouterOptions(), metrics, _time);
        _pipeline = new CompletionPipeline(planner, _admission, [_backend], metrics, new TransportOptions { MaxCallSeconds = 60 }, _time);
    }

    public void Dispose()
    {
        _states.Dispose();
        _admission.Dispose();
    }

    [Fact]
    public async Task Run_Auto_TellsThePlanInTheFirstChunkAndTheUsageInTheLast()
    {
        _backend.Answer = [new() { Text = "a" }, new() { Text = "b", Finish = FinishReason.Stop, Usage = new(1, 2, 0) }];

        var chunks = await RunAsync(new CompletionRequest { Prompt = "Who pays?", Sampling = new() { Seed = 7 } });

        Assert.Equal(["a", "b"], chunks.Select(c => c.Text));
        Assert.Equal(("route", MergeScope.Token, "host-0", 7ul), (chunks[0].Plan!.Merge, chunks[0].Plan!.Scope, chunks[0].Plan!.Host, chunks[0].Plan!.Seed));
        Assert.Null(chunks[1].Plan);
        Assert.Equal((FinishReason.Stop, new Usage(1, 2, 0)), (chunks[1].Finish, chunks[1].Usage));
        Assert.Equal("Who pays?", _gate.Asked.Single());
        Assert.Equal(0, _admission.InFlight);
    }

    [Fact]
    public async Task Run_Conversation_IsScoredByItsLastQuestion()
    {
        await RunAsync(new CompletionRequest { Messages = [new("user", "first"), new("assistant", "answer"), new("user", "second"), new("assistant", "Well,")] });

        Assert.Equal("second", _gate.Asked.Single());
    }

    [Fact]
    public async Task Run_NoSeed_DrawsOneAndTellsIt()
    {
        var chunks = await RunAsync(new CompletionRequest { Prompt = "a", Model = "law" });

        Assert.Equal(_backend.Calls.Single().Request.Sampling.Seed, chunks[0].Plan!.Seed);
        Assert.NotNull(_backend.Calls.Single().Request.Sampling.Seed);
        Assert.Empty(_gate.Asked);
    }

    [Fact]
    public async Task Run_AnotherHostGoesOn_TellsThePlanAgainWithItsHost()
    {
        _backend.Answer = [new() { Text = "a" }, new() { Text = "b" }, new() { Text = "c", Finish = FinishReason.Length }];
        _backend.ResumesAt = 1;

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
        await _admission.EnterAsync(_cancellation);

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => RunAsync(request));

        Assert.Equal((kind, field), (error.Failure.Kind, error.Failure.Field));
        Assert.Empty(_gate.Asked);
        Assert.Empty(_backend.Calls);
    }

    [Fact]
    public async Task Run_NoPlace_IsOverloadedAndSaysWhenToComeBack()
    {
        await _admission.EnterAsync(_cancellation);

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => RunAsync(new CompletionRequest { Prompt = "a" }));

        Assert.Equal((FailureKind.Overloaded, TimeSpan.FromSeconds(1)), (error.Failure.Kind, error.Failure.RetryAfter));
    }

    [Fact]
    public async Task Run_ExpertCannotBeLoaded_IsLeftOutOfAutoAndRefusedByName()
    {
        _unusable.Add("law", "expert law can't be loaded: adapter.safetensors is cut short");

        var chunks = await RunAsync(new CompletionRequest { Prompt = "a" });
        Assert.DoesNotContain("law", chunks[0].Plan!.Experts.Select(e => e.Name));

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => RunAsync(new CompletionRequest { Prompt = "a", Model = "law" }));
        Assert.Equal((FailureKind.Unavailable, "expert law can't be loaded: adapter.safetensors is cut short"), (error.Failure.Kind, error.Message));
    }

    [Fact]
    public async Task Run_NoBackendServesThePlan_SaysWhatItNeeds()
    {
        _backend.ServesPlans = false;

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => RunAsync(new CompletionRequest { Prompt = "a", Model = "law" }));

        Assert.Equal((FailureKind.Unimplemented, "merge"), (error.Failure.Kind, error.Failure.Field));
        Assert.Equal(0, _admission.InFlight);
    }

    [Fact]
    public async Task Run_BackendFailsOnTheWay_EndsWithItsFailureAndLeaves()
    {
        var failure = new Failure(FailureKind.Unavailable, "lost") { RetryAfter = TimeSpan.FromSeconds(5) };
        _backend.Answer = [new() { Text = "a" }, new() { Text = "b" }];
        _backend.FailsAt = (1, failure);
        List<string> texts = [];

        var error = await Assert.ThrowsAsync<RequestFailedException>(async () =>
        {
            await foreach (var chunk in _pipeline.RunAsync(new CompletionRequest { Prompt = "a" }, DateTime.MaxValue, _cancellation))
            {
                texts.Add(chunk.Text);
            }
        });

        Assert.Equal(failure, error.Failure);
        Assert.Equal(["a"], texts);
        Assert.Equal((0, true), (_admission.InFlight, _backend.IsDisposed));
    }

    [Theory]
    [InlineData(true, FailureKind.DeadlineExceeded)]
    [InlineData(false, FailureKind.Cancelled)]
    public async Task Run_BackendIsCancelled_SaysWhetherItWasLate(bool late, FailureKind kind)
    {
        using var caller = new CancellationTokenSource();
        _backend.Opening = new TaskCompletionSource();
        var running = Record.ExceptionAsync(() => RunAsync(new CompletionRequest { Prompt = "a" }, caller.Token));
        if (late)
        {
            _time.Advance(TimeSpan.FromSeconds(61));
        }
        else
        {
            await caller.CancelAsync();
        }

        Assert.Equal(kind, Assert.IsType<RequestFailedException>(await running).Failure.Kind);
        Assert.Equal(0, _admission.InFlight);
    }

    [Fact]
    public async Task Run_CatalogueIsSwapped_TheNextRequestSeesIt()
    {
        await Assert.ThrowsAsync<RequestFailedException>(() => RunAsync(new CompletionRequest { Prompt = "a", Model = "code" }));

        _catalogue.Swap(Catalogues.SnapshotOf(2, ("law", "demo"), ("code", "demo")));

        Assert.Equal("code", (await RunAsync(new CompletionRequest { Prompt = "a", Model = "code" }))[0].Plan!.Experts.Single().Name);
        await Assert.ThrowsAsync<RequestFailedException>(() => RunAsync(new CompletionRequest { Prompt = "a", Model = "tax" }));
    }

    private async Task<List<CompletionChunk>> RunAsync(CompletionRequest request, CancellationToken? cancellation = null)
    {
        List<CompletionChunk> chunks = [];
        await foreach (var chunk in _pipeline.RunAsync(request, DateTime.MaxValue, cancellation ?? _cancellation))
        {
            chunks.Add(chunk);
        }

        return chunks;
    }

    private sealed class FakeGate : IGateKind, IRequestGate
    {
        public string Name => "fake";

        public List<string> Asked { get; } = [];

        public IRequestGate? Open(GateInputs inputs) => this;

        public GateScores Score(string text)
        {
            Asked.Add(text);
            return new GateScores { Ranked = [new("law", 0.7), new("tax", 0.2), new("general", 0.1)], Generalist = "general", Floor = 0.1 };
        }
    }

    private sealed class ScriptedBackend : IBackend
    {
        public string Name => "scripted";

        public List<BackendCall> Calls { get; } = [];

        public IReadOnlyList<CompletionChunk> Answer { get; set; } = [new() { Text = "a", Finish = FinishReason.Stop }];

        public int ResumesAt { get; set; } = int.MaxValue;

        public (int At, Failure Failure) FailsAt { get; set; } = (int.MaxValue, new(FailureKind.Internal, ""));

        public bool ServesPlans { get; set; } = true;

        public TaskCompletionSource? Opening { get; set; }

        public bool IsDisposed { get; private set; }

        public bool Serves(Plan plan) => ServesPlans;

        public async Task<IAnswerStream> OpenAsync(BackendCall call, CancellationToken cancellation)
        {
            Calls.Add(call);
            if (Opening is { } opening)
            {
                await opening.Task.WaitAsync(cancellation);
            }

            return new Stream(this);
        }

        private sealed class Stream(ScriptedBackend backend) : IAnswerStream
        {
            private int _at;

            public CompletionChunk Current => backend.Answer[_at];

            public string Host => $"host-{Resumes}";

            public int Resumes => _at >= backend.ResumesAt ? 1 : 0;

            public ValueTask<bool> MoveNextAsync(CancellationToken cancellation) => ++_at == backend.FailsAt.At
                ? throw new RequestFailedException(backend.FailsAt.Failure)
                : ValueTask.FromResult(_at < backend.Answer.Count);

            public void Dispose() => backend.IsDisposed = true;
        }
    }
}
