using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis;
using ExpertCluster.Router.Resumption;
using ExpertCluster.Router.Tests.Apis.Streams;
using ExpertCluster.V1;
using Google.Rpc;
using Grpc.Core;

namespace ExpertCluster.Router.Tests.Apis.Grpc;

/// <summary>Callers of gRPC that leave and come back, to the router that answers and to another one, over sockets.</summary>
public sealed class GrpcStreamsTests : TwoRouters
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    /// <summary>As ever: nothing is held.</summary>
    [Fact]
    public async Task Complete_WithoutAnId_HoldsNothing()
    {
        Here.Give(10);

        using var call = Complete(null);

        Assert.Equal(string.Concat(StreamRouter.Pieces), TextOf(await RestAsync(call)));
        Assert.Null(await IdOfAsync(call));
        Assert.Empty(Here.Script.Held.List());
    }

    [Theory]
    [InlineData("here")]
    [InlineData("there")]
    public async Task Follow_TheCallerLeftOnTheWay_TheRestComesFromAnyRouter(string router)
    {
        var begun = await LeaveAsync("talk-1", chunks: 3);

        using var back = On(router).FollowStream(new FollowStreamRequest { Id = "talk-1", StartingAfter = 3 }, cancellationToken: _cancellation);
        string? id = await IdOfAsync(back);
        Here.Give(10);
        var rest = await RestAsync(back);

        Assert.Equal("talk-1", id);
        Assert.Equal(string.Concat(StreamRouter.Pieces), TextOf([.. begun, .. rest]));
        Assert.Equal(FinishReason.Stop, rest[^1].FinishReason);
        Assert.Single(Here.Script.Backend.Calls);
        Assert.Empty(There.Script.Backend.Calls);
    }

    [Theory]
    [InlineData("here")]
    [InlineData("there")]
    public async Task Follow_AfterTheEnd_IsTheSame(string router)
    {
        Here.Give(10);
        using var first = Complete("auto");
        var whole = await RestAsync(first);
        string id = (await IdOfAsync(first))!;
        Assert.StartsWith($"stream_{Here.Mark}", id, StringComparison.Ordinal);

        using var back = On(router).FollowStream(new FollowStreamRequest { Id = id }, cancellationToken: _cancellation);
        using var behind = On(router).FollowStream(new FollowStreamRequest { Id = id, StartingAfter = whole.Count }, cancellationToken: _cancellation);

        Assert.Equal(whole, await RestAsync(back));
        Assert.Empty(await RestAsync(behind));
    }

    [Theory]
    [InlineData("here", "talk-2", -1, StatusCode.InvalidArgument, "starting_after", "starting_after is -1; it must be a whole number from 0 to 2147483647")]
    [InlineData("there", "talk-2", 70, StatusCode.InvalidArgument, "starting_after", "starting_after is 70; the stream has 5 events so far")]
    [InlineData("here", "a b", 0, StatusCode.InvalidArgument, "id", "id is none of a stream: 1 to 128 letters, digits and any of -._~:@+=")]
    [InlineData("here", "", 0, StatusCode.InvalidArgument, "id", "id is none of a stream: 1 to 128 letters, digits and any of -._~:@+=")]
    [InlineData("there", "nobodys", 0, StatusCode.NotFound, "id", "id: no router holds this stream")]
    [InlineData("here", "of-http", 0, StatusCode.NotFound, "id", "id: no router holds this stream")]
    public async Task Follow_WrongInput_NamesTheField(string router, string id, int after, StatusCode code, string field, string message)
    {
        Here.Give(10);
        using var first = Complete("talk-2");
        Assert.Equal(StreamRouter.Pieces.Length, (await RestAsync(first)).Count);
        using var other = Here.Script.Held.Begin("of-http", StreamAnswers.Kind, async (stream, _) => await stream.AddAsync("data: 1\n\n"u8.ToArray()));

        using var back = On(router).FollowStream(new FollowStreamRequest { Id = id, StartingAfter = after }, cancellationToken: _cancellation);

        var error = await Assert.ThrowsAsync<RpcException>(() => RestAsync(back));
        Assert.Equal((code, field), (error.StatusCode, error.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Single().Field));
        Assert.StartsWith(message, error.Status.Detail, StringComparison.Ordinal);
    }

    /// <summary>Its chunks come first, whoever asks, and whenever.</summary>
    [Theory]
    [InlineData("here")]
    [InlineData("there")]
    public async Task Follow_ItFailedOnTheWay_ChunksAndThenItsStatus(string router)
    {
        int moves = 0;
        Here.Script.Backend.BeforeMove = _ => ++moves <= 2 ? Task.CompletedTask : throw new RequestFailedException(Failure.Invalid("max_tokens", "wrong"));
        using var first = Complete("talk-3");
        var (begun, error) = await FailingAsync(first);

        using var back = On(router).FollowStream(new FollowStreamRequest { Id = "talk-3" }, cancellationToken: _cancellation);
        var (again, same) = await FailingAsync(back);

        Assert.Equal((StatusCode.InvalidArgument, "wrong"), (error.StatusCode, error.Status.Detail));
        Assert.Equal(string.Concat(StreamRouter.Pieces[..3]), TextOf(begun));
        Assert.Equal(begun, again);
        Assert.Equal((StatusCode.InvalidArgument, "wrong"), (same.StatusCode, same.Status.Detail));
        Assert.Equal("max_tokens", same.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Single().Field);
    }

    [Fact]
    public async Task Complete_FailsBeforeTheFirstChunk_HasItsStatusAndNothingIsHeld()
    {
        Here.Script.Backend.Refuse = _ => new RequestFailedException(FailureKind.Unavailable, "no host");

        using var call = Complete("talk-4");

        Assert.Equal((StatusCode.Unavailable, "no host"), (await FailingAsync(call)) is var (chunks, error) && chunks.Count == 0 ? (error.StatusCode, error.Status.Detail) : default);
        Assert.Empty(Here.Script.Held.List());
    }

    [Theory]
    [InlineData("a/b", "must be 1 to 128")]
    [InlineData("stream_1", "choose another")]
    public async Task Complete_IdThatMayNotBe_NamesIt(string id, string message)
    {
        using var call = Complete(id);

        var (_, error) = await FailingAsync(call);

        Assert.Equal((StatusCode.InvalidArgument, HeldCalls.Header), (error.StatusCode, error.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Single().Field));
        Assert.Contains(message, error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follow_ItsRouterIsGone_SaysSo()
    {
        Here.Give(10);
        using var first = Complete("talk-5");
        await RestAsync(first);
        var place = Here.Place("talk-5")!;
        await Here.DisposeAsync();
        There.Script.Cluster.HeldAt = (_, _) => place;

        using var back = There.Grpc.FollowStream(new FollowStreamRequest { Id = "talk-5" }, cancellationToken: _cancellation);

        var (_, error) = await FailingAsync(back);
        Assert.Equal((StatusCode.Unavailable, "the router that holds this stream does not answer; try again"), (error.StatusCode, error.Status.Detail));
    }

    [Fact]
    public async Task Follow_PassedOnByAnother_IsNotPassedOnAgain()
    {
        var mark = new Metadata { { "X-ExpertCluster-Relayed", "1" } };
        await LeaveAsync("talk-6", chunks: 1);

        using var back = There.Grpc.FollowStream(new FollowStreamRequest { Id = "talk-6" }, mark, cancellationToken: _cancellation);

        Assert.Equal(StatusCode.NotFound, (await FailingAsync(back)).Error.StatusCode);
    }

    [Fact]
    public async Task Delete_Running_EndsItsGenerationAndOthersAreTold()
    {
        await LeaveAsync("talk-7", chunks: 2);
        var stream = Here.Script.Held.Find("talk-7")!;

        await Here.Grpc.DeleteStreamAsync(new DeleteStreamRequest { Id = "talk-7" }, cancellationToken: _cancellation);
        await There.Grpc.DeleteStreamAsync(new DeleteStreamRequest { Id = "talk-8" }, cancellationToken: _cancellation);
        var error = await Assert.ThrowsAsync<RpcException>(() => Here.Grpc.DeleteStreamAsync(new DeleteStreamRequest { Id = "a b" }, cancellationToken: _cancellation).ResponseAsync);

        Assert.True(stream.Cancellation.IsCancellationRequested);
        Assert.Null(Here.Script.Held.Find("talk-7"));
        Assert.Equal((Here.Mark, "talk-8", long.MaxValue), Assert.Single(There.Script.Cluster.HeldDrops));
        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
    }

    private Completions.CompletionsClient On(string router) => (router == "here" ? Here : There).Grpc;

    private AsyncServerStreamingCall<CompleteChunk> Complete(string? id) => Here.Grpc.Complete(Request(), Ask(id), cancellationToken: _cancellation);

    private static CompleteRequest Request() => new() { Model = "law", Prompt = "Who pays?" };

    private static Metadata Ask(string? id) => id is null ? [] : [new Metadata.Entry(HeldCalls.Header, id)];

    /// <summary>Reads so many chunks and leaves; the model waits.</summary>
    private async Task<List<CompleteChunk>> LeaveAsync(string id, int chunks)
    {
        Here.Give(chunks);
        List<CompleteChunk> begun = [];
        using var call = Complete(id);
        while (begun.Count < chunks && await call.ResponseStream.MoveNext(_cancellation))
        {
            begun.Add(call.ResponseStream.Current);
        }

        return begun;
    }

    private async Task<List<CompleteChunk>> RestAsync(AsyncServerStreamingCall<CompleteChunk> call)
    {
        List<CompleteChunk> chunks = [];
        await ReadAsync(call, chunks);
        return chunks;
    }

    private async Task<(List<CompleteChunk> Chunks, RpcException Error)> FailingAsync(AsyncServerStreamingCall<CompleteChunk> call)
    {
        List<CompleteChunk> chunks = [];
        return (chunks, await Assert.ThrowsAsync<RpcException>(() => ReadAsync(call, chunks)));
    }

    private async Task ReadAsync(AsyncServerStreamingCall<CompleteChunk> call, List<CompleteChunk> chunks)
    {
        await foreach (var chunk in call.ResponseStream.ReadAllAsync(_cancellation))
        {
            chunks.Add(chunk);
        }
    }

    private static async Task<string?> IdOfAsync(AsyncServerStreamingCall<CompleteChunk> call) => (await call.ResponseHeadersAsync).GetValue("x-conversation-id");

    private static string TextOf(IEnumerable<CompleteChunk> chunks) => string.Concat(chunks.Select(c => c.Text));
}
