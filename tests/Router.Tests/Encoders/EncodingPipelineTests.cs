using System.Collections.Concurrent;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Encoders;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Suspects;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Router.Tests.Encoders;

public sealed class EncodingPipelineTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_OfTwoOfThree_AsksThoseThatAreAskedFirst()
    {
        List<(int Host, EncodeRequest Request)> asked = [];
        await using var hosts = await EncoderHosts.StartAsync(3, (host, request, _) =>
        {
            lock (asked)
            {
                asked.Add((host, request.Clone()));
            }

            return Task.FromResult(EncoderHosts.Lengths(request));
        });
        var keepers = hosts.Encoders.KeepersOf(EncoderHosts.Sentences, 2);
        foreach (string keeper in keepers)
        {
            await hosts.Encoders.OpenAsync(EncoderHosts.Sentences, keeper, _cancellation);
        }

        Assert.Equal(2, keepers.Distinct().Count());
        Assert.Equal(keepers, asked.Select(a => $"host-{a.Host}"));
        Assert.All(asked, a => Assert.Equal(("sentences", true, 0), (a.Request.Encoder, a.Request.OpenOnly, a.Request.Inputs.Count)));
        await hosts.Pipeline.EmbedAsync(Ask("a"), DateTime.MaxValue, _cancellation);
        Assert.Equal(keepers[0], $"host-{asked[^1].Host}");
        var gone = await Assert.ThrowsAsync<RequestFailedException>(() => hosts.Encoders.OpenAsync(EncoderHosts.Sentences, "host-9", _cancellation));
        Assert.Equal(FailureKind.Unavailable, gone.Failure.Kind);
    }

    [Fact]
    public async Task Embed_ManyTexts_ComeInPiecesAndInTheirOrder()
    {
        ConcurrentQueue<(int Host, int Texts)> pieces = new();
        await using var hosts = await EncoderHosts.StartAsync(2, (host, request, _) =>
        {
            pieces.Enqueue((host, request.Inputs.Count));
            Assert.Equal(("sentences", EncoderHosts.Sentences.Revision, 0, false), (request.Encoder, request.Revision, request.TruncateTokens, request.Suspect));
            return Task.FromResult(EncoderHosts.Lengths(request));
        });

        var answer = await hosts.Pipeline.EmbedAsync(Ask([.. Enumerable.Range(1, 1_000).Select(i => new string('x', i))]), DateTime.MaxValue, _cancellation);

        Assert.Equal(("sentences", EncoderHosts.Sentences.Revision), (answer.Model, answer.Revision));
        Assert.Equal(Enumerable.Range(1, 1_000), answer.Texts.Select(t => (int)t.Values.Span[0]));
        Assert.All(pieces, piece => Assert.InRange(piece.Texts, 1, 64));
        Assert.Equal(1_000, pieces.Sum(p => p.Texts));
    }

    /// <summary>A megabyte or so each: no message of a host's is larger than it takes.</summary>
    [Fact]
    public async Task Embed_LongTexts_ComeInSmallerPieces()
    {
        ConcurrentQueue<int> sizes = new();
        await using var hosts = await EncoderHosts.StartAsync(1, (_, request, _) =>
        {
            sizes.Enqueue(request.CalculateSize());
            return Task.FromResult(EncoderHosts.Lengths(request));
        });

        await hosts.Pipeline.EmbedAsync(Ask([.. Enumerable.Repeat(new string('x', 60_000), 50)]), DateTime.MaxValue, _cancellation);

        Assert.Equal(3, sizes.Count);
        Assert.All(sizes, size => Assert.InRange(size, 1, 1_100_000));
    }

    [Fact]
    public async Task Score_CrossEncoder_GetsPairs()
    {
        await using var hosts = await EncoderHosts.StartAsync(1, (_, request, _) =>
        {
            Assert.Equal(("pairs", 0), (request.Encoder, request.Inputs.Count));
            return Task.FromResult(EncoderHosts.Lengths(request));
        });

        var one = await hosts.Pipeline.ScoreAsync(new ScoringRequest("pairs", ["abc"], ["a", "abcdef"], null), DateTime.MaxValue, _cancellation);
        var each = await hosts.Pipeline.ScoreAsync(new ScoringRequest("auto", ["abc", "a"], ["a", "abcdef"], null), DateTime.MaxValue, _cancellation);

        Assert.Equal([-2, 3], one.Texts.Select(t => t.Values.Span[0]));
        Assert.Equal([-2, 5], each.Texts.Select(t => t.Values.Span[0]));
    }

    [Fact]
    public async Task Score_EmbeddingEncoder_ReadsEachTextOnceAndComparesVectors()
    {
        ConcurrentQueue<string> read = new();
        await using var hosts = await EncoderHosts.StartAsync(1, (_, request, _) =>
        {
            var answer = new EncodeResponse();
            foreach (var input in request.Inputs)
            {
                read.Enqueue(input.Text);
                answer.Texts.Add(new V1.EncodedText { Tokens = input.Text.Length, Values = { input.Text == "east" ? [1, 0] : input.Text == "north" ? [0, 1] : [0.6f, 0.8f] } });
            }

            return Task.FromResult(answer);
        });

        var answer = await hosts.Pipeline.ScoreAsync(new ScoringRequest("sentences", ["east"], ["east", "north", "between", "north"], null), DateTime.MaxValue, _cancellation);

        Assert.Equal([1, 0, 0.6f, 0], answer.Texts.Select(t => t.Values.Span[0]));
        Assert.Equal([8, 9, 11, 9], answer.Texts.Select(t => t.Tokens));
        Assert.Equal(["between", "east", "north"], read.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.ResourceExhausted)]
    [InlineData(StatusCode.FailedPrecondition)]
    public async Task Embed_HostCannot_TheOtherIsAsked(StatusCode status)
    {
        int first = -1;
        await using var hosts = await EncoderHosts.StartAsync(2, (host, request, _) =>
            Interlocked.CompareExchange(ref first, host, -1) is var earlier && (earlier == -1 || earlier == host)
                ? throw new RpcException(new Status(status, "not now"))
                : Task.FromResult(EncoderHosts.Lengths(request)));

        var answer = await hosts.Pipeline.EmbedAsync(Ask("abc"), DateTime.MaxValue, _cancellation);

        Assert.Equal(3, answer.Texts[0].Values.Span[0]);
    }

    /// <summary>An encoder that no host can load costs nobody any patience.</summary>
    [Fact]
    public async Task Embed_EncoderIsBrokenEverywhere_FailsAtOnceWithTheReason()
    {
        int asked = 0;
        await using var hosts = await EncoderHosts.StartAsync(
            3,
            (_, _, _) =>
            {
                Interlocked.Increment(ref asked);
                throw GrpcFailures.ToException(StatusCode.FailedPrecondition, "encoder sentences can't be loaded: model.onnx: not an ONNX model", FailureReasons.ExpertUnusable, "sentences", null);
            },
            new RouterOptions { DispatchPatienceSeconds = 600 });

        var failure = await Failed(() => hosts.Pipeline.EmbedAsync(Ask("abc"), DateTime.MaxValue, _cancellation));

        Assert.Equal((FailureKind.Unavailable, "encoder sentences can't be loaded: model.onnx: not an ONNX model", 3), (failure.Kind, failure.Message, asked));
    }

    [Fact]
    public async Task Embed_MoreNumbersThanAreGivenAtOnce_IsRefused()
    {
        await using var hosts = await EncoderHosts.StartAsync(
            1, (_, request, _) => Task.FromResult(new EncodeResponse { Texts = { request.Inputs.Select(_ => new V1.EncodedText { Values = { new float[8_192] } }) } }));

        var failure = await Failed(() => hosts.Pipeline.EmbedAsync(Ask([.. Enumerable.Repeat("abc", 513)]), DateTime.MaxValue, _cancellation));

        Assert.Equal(("inputs", "inputs has 513 texts; of encoder sentences, whose vectors have 8192 numbers, at most 512 are taken at once"), (failure.Field, failure.Message));
        Assert.Equal(512, (await hosts.Pipeline.EmbedAsync(Ask([.. Enumerable.Repeat("abc", 512)]), DateTime.MaxValue, _cancellation)).Texts.Count);
    }

    [Fact]
    public async Task Embed_NobodyCan_FailsWithTheLastReasonWhenPatienceIsOver()
    {
        await using var hosts = await EncoderHosts.StartAsync(
            2, (_, _, _) => throw new RpcException(new Status(StatusCode.ResourceExhausted, "256 calls wait")), new RouterOptions { DispatchPatienceSeconds = 0 });

        var failure = await Failed(() => hosts.Pipeline.EmbedAsync(Ask("abc"), DateTime.MaxValue, _cancellation));

        Assert.Equal((FailureKind.Overloaded, "256 calls wait"), (failure.Kind, failure.Message));
    }

    [Fact]
    public async Task Embed_Labels_OnlyHostsThatHaveThemAreAsked()
    {
        ConcurrentQueue<int> asked = new();
        await using var hosts = await EncoderHosts.StartAsync(
            3,
            (host, request, _) =>
            {
                asked.Enqueue(host);
                return Task.FromResult(EncoderHosts.Lengths(request));
            },
            new RouterOptions { DispatchPatienceSeconds = 0 },
            [EncoderHosts.Sentences with { Labels = ["disk=fast"] }, EncoderHosts.Pairs with { Labels = ["disk=none"] }],
            (host, report) => host == 1 ? report with { Labels = ["disk=fast", "zone=a"] } : report);

        await hosts.Pipeline.EmbedAsync(Ask([.. Enumerable.Repeat("abc", 300)]), DateTime.MaxValue, _cancellation);
        var failure = await Failed(() => hosts.Pipeline.ScoreAsync(new ScoringRequest("pairs", ["a"], ["b"], null), DateTime.MaxValue, _cancellation));

        Assert.All(asked, host => Assert.Equal(1, host));
        Assert.Equal((FailureKind.Unavailable, "no host could take the request for encoder pairs within 0 s; try again in a moment"), (failure.Kind, failure.Message));
    }

    /// <summary>The host counts the texts of its call.</summary>
    [Fact]
    public async Task Embed_TextIsRefused_TheFailureNamesItsPlaceInTheRequest()
    {
        await using var hosts = await EncoderHosts.StartAsync(1, (_, request, _) => request.Inputs.Select(i => i.Text).ToList().IndexOf("bad") is var place && place >= 0
            ? throw GrpcFailures.ToException(Failure.Invalid(place < 0 ? "" : "inputs", $"inputs[{place}] has more tokens than fit; x[3]"))
            : Task.FromResult(EncoderHosts.Lengths(request)));

        var failure = await Failed(() => hosts.Pipeline.EmbedAsync(Ask([.. Enumerable.Repeat("abc", 130), "bad", "abc"]), DateTime.MaxValue, _cancellation));

        Assert.Equal((FailureKind.InvalidArgument, "inputs[130]", "inputs[130] has more tokens than fit; x[3]"), (failure.Kind, failure.Field, failure.Message));
        var compared = await Failed(() => hosts.Pipeline.ScoreAsync(new ScoringRequest("sentences", ["abc"], ["abc", "abc", "bad"], null), DateTime.MaxValue, _cancellation));
        Assert.Equal("documents[2]", compared.Field);
        var query = await Failed(() => hosts.Pipeline.ScoreAsync(new ScoringRequest("sentences", ["abc", "bad"], ["abc", "abc"], null), DateTime.MaxValue, _cancellation));
        Assert.Equal("queries[1]", query.Field);
    }

    /// <summary>A text over which hosts die: two of them at most, and it is refused by its hash.</summary>
    [Fact]
    public async Task Embed_HostsAreLostOverIt_TwoAtMostAndThenItIsRefused()
    {
        int lost = 0;
        await using var hosts = await EncoderHosts.StartAsync(
            4,
            async (_, request, context) =>
            {
                if (request.Suspect)
                {
                    await context.WriteResponseHeadersAsync([]);
                }

                if (request.Inputs[0].Text == "poison")
                {
                    Interlocked.Increment(ref lost);
                    context.GetHttpContext().Abort();
                }

                return EncoderHosts.Lengths(request);
            },
            new RouterOptions { DispatchPatienceSeconds = 5 });

        var failure = await Failed(() => hosts.Pipeline.EmbedAsync(Ask("poison"), DateTime.MaxValue, _cancellation));

        Assert.Equal((FailureKind.InvalidArgument, "input"), (failure.Kind, failure.Field));
        Assert.StartsWith("input: expert hosts were lost over these texts", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, lost);
        Assert.Equal(1, hosts.Suspects.Refused);
        Assert.Equal(3, (await hosts.Pipeline.EmbedAsync(Ask("abc"), DateTime.MaxValue, _cancellation)).Texts[0].Values.Span[0]);
    }

    [Fact]
    public async Task Embed_CallerLeavesOrIsLate_EndsAsSuch()
    {
        await using var hosts = await EncoderHosts.StartAsync(1, async (_, _, context) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            return new EncodeResponse();
        });
        using var leaving = new CancellationTokenSource();

        var left = hosts.Pipeline.EmbedAsync(Ask("abc"), DateTime.MaxValue, leaving.Token);
        await leaving.CancelAsync();
        Assert.Equal(FailureKind.Cancelled, (await Failed(() => left)).Kind);
        Assert.Equal(FailureKind.DeadlineExceeded, (await Failed(() => hosts.Pipeline.EmbedAsync(Ask("abc"), TimeProvider.System.GetUtcNow().UtcDateTime, _cancellation))).Kind);
    }

    [Theory]
    [InlineData("none", FailureKind.UnknownModel, "model: there is no encoder \"none\"; encoders are sentences, pairs")]
    [InlineData("law", FailureKind.InvalidArgument, "model: \"law\" writes answers; it is no encoder; encoders are sentences, pairs")]
    [InlineData("pairs", FailureKind.InvalidArgument, "model: \"pairs\" scores pairs of texts, for /score and /rerank; it gives no vectors")]
    public async Task Embed_WrongModel_IsToldByName(string model, FailureKind kind, string message)
    {
        await using var hosts = await EncoderHosts.StartAsync(0, (_, _, _) => throw new NotSupportedException());

        var failure = await Failed(() => hosts.Pipeline.EmbedAsync(new EncodingRequest(model, [new EncoderText("a")], null), DateTime.MaxValue, _cancellation));

        Assert.Equal((kind, message, "model"), (failure.Kind, failure.Message, failure.Field));
    }

    [Fact]
    public async Task Embed_NoneIsNamed_TheOnlyOneAnswersOrIsAskedFor()
    {
        await using var none = await EncoderHosts.StartAsync(0, (_, _, _) => throw new NotSupportedException(), encoders: [EncoderHosts.Pairs]);
        await using var several = await EncoderHosts.StartAsync(
            0, (_, _, _) => throw new NotSupportedException(), encoders: [EncoderHosts.Sentences, EncoderHosts.Sentences with { Name = "other" }]);

        Assert.Equal("model: the catalogue has no encoder that gives vectors", (await Failed(() => none.Pipeline.EmbedAsync(Ask("a") with { Model = "" }, DateTime.MaxValue, _cancellation))).Message);
        Assert.Equal(
            "model is needed: there are several encoders; encoders are sentences, other",
            (await Failed(() => several.Pipeline.EmbedAsync(Ask("a") with { Model = "auto" }, DateTime.MaxValue, _cancellation))).Message);
    }

    private static EncodingRequest Ask(params string[] texts) => new("sentences", [.. texts.Select(text => new EncoderText(text))], null);

    private static async Task<Failure> Failed(Func<Task> call) => (await Assert.ThrowsAsync<RequestFailedException>(call)).Failure;
}
