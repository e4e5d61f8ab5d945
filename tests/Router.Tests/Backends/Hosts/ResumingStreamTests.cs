using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Backends.Hosts;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Router.Tests.Backends.Hosts;

/// <summary>Whole answers are the tokens 0 to 9, one a chunk; who is asked to resume goes on behind what it is told.</summary>
public sealed class ResumingStreamTests
{
    private const int Length = 10;

    private readonly List<(int Host, int[] Resume)> _asked = [];

    [Fact]
    public async Task MoveNext_TheHostIsLost_AnotherGoesOnBehindTheTokensThatCame()
    {
        await using var hosts = await FakeHosts.StartAsync(2, (host, request, stream, context) =>
            AnswerAsync(host, request, stream, loseAfter: _asked.Count == 0 ? 4 : Length));
        using var stream = await Streams.OpenAsync(hosts);
        string first = stream.Host;

        var tokens = await Streams.ReadAsync(stream);

        Assert.Equal(Enumerable.Range(0, Length), tokens);
        Assert.Equal([[], [0, 1, 2, 3]], _asked.Select(a => a.Resume));
        Assert.Equal((1, true), (stream.Resumes, stream.Host != first));
    }

    [Fact]
    public async Task MoveNext_AStreamThatEndsWithoutAFinish_IsALossToo()
    {
        await using var hosts = await FakeHosts.StartAsync(2, async (host, request, stream, context) =>
        {
            Note(host, request);
            for (int i = request.ResumeTokens.Count; i < (_asked.Count == 1 ? 3 : Length); i++)
            {
                await stream.WriteAsync(Chunk(i));
            }
        });
        using var stream = await Streams.OpenAsync(hosts);

        Assert.Equal(Enumerable.Range(0, Length), await Streams.ReadAsync(stream));
    }

    [Fact]
    public async Task MoveNext_LostAgainAndAgain_GivesUpAfterTwoMore()
    {
        await using var hosts = await FakeHosts.StartAsync(4, (host, request, stream, context) => AnswerAsync(host, request, stream, loseAfter: 1));
        using var stream = await Streams.OpenAsync(hosts);

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => Streams.ReadAsync(stream));

        Assert.Equal(FailureKind.Unavailable, error.Failure.Kind);
        Assert.Equal([[], [0], [0, 1]], _asked.Select(a => a.Resume));
    }

    [Theory]
    [InlineData(StatusCode.Internal, FailureKind.Internal)]
    [InlineData(StatusCode.ResourceExhausted, FailureKind.Overloaded)]
    [InlineData(StatusCode.InvalidArgument, FailureKind.InvalidArgument)]
    public async Task MoveNext_TheHostItselfSaysNo_IsNotAskedElsewhere(StatusCode code, FailureKind kind)
    {
        await using var hosts = await FakeHosts.StartAsync(2, (host, request, stream, context) => AnswerAsync(host, request, stream, loseAfter: 2, code));
        using var stream = await Streams.OpenAsync(hosts);

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => Streams.ReadAsync(stream));

        Assert.Equal((kind, "lost"), (error.Failure.Kind, error.Message));
        Assert.Single(_asked);
    }

    [Fact]
    public async Task MoveNext_LostAfterTheFinish_RepeatsNothing()
    {
        await using var hosts = await FakeHosts.StartAsync(2, (host, request, stream, context) =>
            AnswerAsync(host, request, stream, loseAfter: Length, fail: true));
        using var stream = await Streams.OpenAsync(hosts);

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => Streams.ReadAsync(stream));

        Assert.Equal(FailureKind.Unavailable, error.Failure.Kind);
        Assert.Single(_asked);
    }

    /// <summary>Lost within the prompt, its tokens are told again by another host, and given on once; lost within the answer they are not asked for again.</summary>
    [Theory]
    [InlineData(3, 0, true)]
    [InlineData(6, 2, false)]
    public async Task MoveNext_LostWithAnEcho_GivesThePromptOnce(int prompt, int answered, bool again)
    {
        const int Prompt = 6;
        List<bool> echoes = [];
        await using var hosts = await FakeHosts.StartAsync(2, async (host, request, stream, context) =>
        {
            Note(host, request);
            echoes.Add(request.Echo);
            bool isFirst = echoes.Count == 1;
            for (int i = 0; i < (!request.Echo ? 0 : isFirst ? prompt : Prompt); i++)
            {
                await stream.WriteAsync(new GenerateChunk { Echo = { new Token { Id = 100 + i } } });
            }

            for (int i = request.ResumeTokens.Count; i < (isFirst ? answered : Length); i++)
            {
                await stream.WriteAsync(Chunk(i));
            }
        });
        using var stream = await Streams.OpenAsync(hosts, new GenerateRequest { Echo = true }, TestContext.Current.CancellationToken);
        List<int> ids = [];

        do
        {
            ids.AddRange(stream.Current.Echo.Concat(stream.Current.Tokens).Select(t => t.Id));
        }
        while (await stream.MoveNextAsync(TestContext.Current.CancellationToken));

        Assert.Equal(Enumerable.Range(100, Prompt).Concat(Enumerable.Range(0, Length)), ids);
        Assert.Equal([true, again], echoes);
    }


    private static GenerateChunk Chunk(int token) => new()
    {
        Tokens = { new Token { Id = token } },
        FinishReason = token == Length - 1 ? FinishReason.Length : FinishReason.Unspecified,
    };

    private async Task AnswerAsync(
        int host, GenerateRequest request, IServerStreamWriter<GenerateChunk> stream, int loseAfter, StatusCode code = StatusCode.Unavailable, bool fail = false)
    {
        Note(host, request);
        int from = request.ResumeTokens.Count;
        for (int i = from; i < Length; i++)
        {
            if (i - from == loseAfter)
            {
                throw new RpcException(new Status(code, "lost"));
            }

            await stream.WriteAsync(Chunk(i));
        }

        if (fail)
        {
            throw new RpcException(new Status(code, "lost"));
        }
    }

    private void Note(int host, GenerateRequest request)
    {
        lock (_asked)
        {
            _asked.Add((host, [.. request.ResumeTokens]));
        }
    }
}
