using ExpertCluster.Contracts.Failures;
using ExpertCluster.ExpertHost.Serving;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Node.Transport;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Tests.Serving;

public sealed class ExpertErrorsTests(SmallModels models)
{
    [Theory]
    [InlineData(StatusCode.InvalidArgument)]
    [InlineData(StatusCode.Unavailable)]
    public void TryMap_Refusal_KeepsItsStatus(StatusCode code)
    {
        Assert.True(ExpertErrors.TryMap(new RequestRefusedException(code, "no"), CancellationToken.None, out var status));
        Assert.Equal(new Status(code, "no"), status.Status);
    }

    [Theory]
    [InlineData("temperature is 3; it must be from 0 to 2", "temperature")]
    [InlineData("extra.top_n_sigma is NaN; it must be finite", "extra")]
    [InlineData("extra has 'top_n_sigma'; known are top_k", "extra")]
    [InlineData("merge.scope token: base small has no token gate", "merge.scope")]
    [InlineData("messages: base small has no chat template; send a prompt", "messages")]
    [InlineData("prompt", "prompt")]
    [InlineData("expert law runs on base a, not on b", null)]
    [InlineData("", null)]
    public void TryMap_WhatIsWrongWithARequest_NamesItsField(string message, string? field)
    {
        Assert.True(ExpertErrors.TryMap(new RequestRefusedException(StatusCode.InvalidArgument, message), CancellationToken.None, out var status));

        Assert.Equal((StatusCode.InvalidArgument, message), (status.StatusCode, status.Status.Detail));
        Assert.Equal(field, GrpcFailures.FieldOf(status));
    }

    [Fact]
    public void TryMap_RefusalThatRoutersGoBy_CarriesReasonAndSubject()
    {
        var refusal = new RequestRefusedException(StatusCode.FailedPrecondition, "no") { Reason = FailureReasons.ExpertUnusable, Subject = "law" };

        Assert.True(ExpertErrors.TryMap(refusal, CancellationToken.None, out var status));

        Assert.Equal((StatusCode.FailedPrecondition, "no"), (status.StatusCode, status.Status.Detail));
        Assert.Equal((FailureReasons.ExpertUnusable, "law"), GrpcFailures.ReasonOf(status));
    }

    [Fact]
    public void TryMap_PromptTooLong_CarriesReasonAndField()
    {
        var refusal = new RequestRefusedException(StatusCode.InvalidArgument, "prompt has 99 tokens") { Reason = FailureReasons.PromptTooLong };

        Assert.True(ExpertErrors.TryMap(refusal, CancellationToken.None, out var status));

        Assert.Equal((FailureReasons.PromptTooLong, ""), GrpcFailures.ReasonOf(status));
        Assert.Equal("prompt", GrpcFailures.FieldOf(status));
    }

    /// <summary>As the engine throws them.</summary>
    [Fact]
    public async Task TryMap_EnginesErrors_SayWhetherARetryHelps()
    {
        await using var host = new HostParts(models, opener: new FakeOpener(models) { QueueLimit = 0 });
        var engine = (await host.LoadAsync("law")).Runtime.Engine;
        host.Runner.Hold();
        await using var running = engine.Generate(Request(branches: 1), TestContext.Current.CancellationToken);

        Assert.Equal(StatusCode.InvalidArgument, Map(() => engine.Generate(Request(branches: 0))));
        await host.Runner.EnteredAsync();
        await using var others = new Streams();
        Assert.Equal(StatusCode.ResourceExhausted, Map(() =>
        {
            // Until slots and queue are full.
            while (true)
            {
                others.Add(engine.Generate(Request(branches: 1)));
            }
        }));

        var drained = engine.DrainAsync(TestContext.Current.CancellationToken);
        Assert.Equal(StatusCode.Unavailable, Map(() => engine.Generate(Request(branches: 1))));
        host.Runner.Failure = new InvalidOperationException("the step broke");
        host.Runner.Release();
        var failure = await Assert.ThrowsAsync<StepFailedException>(async () => await running.ToListAsync(TestContext.Current.CancellationToken));
        Assert.True(ExpertErrors.TryMap(failure, CancellationToken.None, out var status));
        Assert.Equal(StatusCode.Internal, status.StatusCode);
        await drained;
    }

    [Fact]
    public void TryMap_Cancellation_IsTheCallersOnlyWhereHeCancelled()
    {
        Assert.True(ExpertErrors.TryMap(new OperationCanceledException(), new CancellationToken(canceled: true), out var status));
        Assert.Equal(StatusCode.Cancelled, status.StatusCode);
        Assert.False(ExpertErrors.TryMap(new OperationCanceledException(), CancellationToken.None, out _));
    }

    [Fact]
    public void TryMap_Surprise_IsLeftToTheFramework()
    {
        Assert.False(ExpertErrors.TryMap(new InvalidOperationException("never meant"), CancellationToken.None, out var status));
        Assert.Null(status);
    }

    private static StatusCode Map(Action act)
    {
        var error = Record.Exception(act)!;
        Assert.True(ExpertErrors.TryMap(error, CancellationToken.None, out var status), error.ToString());
        Assert.Equal(error.Message, status.Status.Detail);
        return status.StatusCode;
    }

    private static GenerationRequest Request(int branches) => new()
    {
        Prompt = [20, 21],
        MaxTokens = 4,
        Sampling = new SamplingOptions(),
        Branches = [.. Enumerable.Range(0, branches).Select(_ => new Branch())],
    };

    private sealed class Streams : List<GenerationStream>, IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var stream in this)
            {
                await stream.DisposeAsync();
            }
        }
    }
}
