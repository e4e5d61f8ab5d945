using System.Numerics.Tensors;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.ExpertHost.Options;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Serving;
using ExpertCluster.ExpertHost.Telemetry;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Node.Options;
using ExpertCluster.TestSupport;
using ExpertCluster.V1;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExpertCluster.ExpertHost.Tests.Serving;

public sealed class TextEncodingTests : IDisposable
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly SmallEncoders _encoders = new();
    private readonly TemporaryFolder _state = new();
    private readonly EncoderThreads _threads = new(new RuntimeOptions(), TimeProvider.System);
    private readonly Catalogue.Prepared.PreparedEncoder _sentences;
    private readonly Catalogue.Prepared.PreparedEncoder _pairs;
    private readonly Catalogue.Prepared.PreparedEncoder _logits;
    private readonly Catalogue.Prepared.PreparedEncoder _bad;
    private readonly EncoderRegistry _registry;
    private readonly TextEncoding _encoding;

    public TextEncodingTests()
    {
        (_sentences, _pairs) = (_encoders.Sentences("sentences"), _encoders.Pairs("pairs"));
        _logits = _encoders.Pairs("logits", new() { ["sbert_ce_default_activation_function"] = "torch.nn.modules.linear.Identity" });
        _bad = _encoders.Broken("bad");
        _registry = Registry(new RuntimeOptions());
        _encoding = new TextEncoding(_registry, _threads, new HostMetrics(), TimeProvider.System);
    }

    private EncoderRegistry Registry(RuntimeOptions options) => new(
        new FakeContent(),
        new CatalogueHolder(SmallEncoders.Version(1, _sentences, _pairs, _logits, _bad)),
        new LoadAttempts(new NodeOptions { StateFolder = _state["state"] }, TimeProvider.System, NullLogger<LoadAttempts>.Instance),
        options,
        TimeProvider.System,
        NullLogger<EncoderRegistry>.Instance);

    public void Dispose()
    {
        _registry.Dispose();
        _threads.Dispose();
        _encoders.Dispose();
        _state.Dispose();
    }

    [Fact]
    public async Task Encode_OpenOnly_OpensItAndReadsNothing()
    {
        Assert.Empty((await _encoding.EncodeAsync(new EncodeRequest { Encoder = "pairs", Revision = _pairs.Revision, OpenOnly = true }, _cancellation)).Texts);
        Assert.Equal(1, _registry.Count);

        // Others are open, and stay so.
        var one = new RuntimeOptions { EncoderCapacity = 1 };
        using var full = Registry(one);
        var encoding = new TextEncoding(full, _threads, new HostMetrics(), TimeProvider.System);
        await encoding.EncodeAsync(Ask("pasta"), _cancellation);
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => encoding.EncodeAsync(new EncodeRequest { Encoder = "pairs", Revision = _pairs.Revision, OpenOnly = true }, _cancellation));
        Assert.Equal(StatusCode.ResourceExhausted, refused.Code);
        Assert.Empty((await encoding.EncodeAsync(new EncodeRequest { Encoder = "sentences", Revision = _sentences.Revision, OpenOnly = true }, _cancellation)).Texts);

        var broken = await Assert.ThrowsAsync<RequestRefusedException>(() => _encoding.EncodeAsync(new EncodeRequest { Encoder = "bad", Revision = _bad.Revision, OpenOnly = true }, _cancellation));
        Assert.Equal((StatusCode.FailedPrecondition, FailureReasons.ExpertUnusable), (broken.Code, broken.Reason));
    }

    [Fact]
    public async Task Encode_Texts_AreVectorsInTheirOrder()
    {
        string[] texts = [.. Enumerable.Range(0, 200).Select(i => string.Join(' ', Enumerable.Repeat(i % 2 == 0 ? "pasta" : "anchor soup", (i * 7 % 90) + 1)))];
        var request = Ask(texts);

        var answer = await _encoding.EncodeAsync(request, _cancellation);

        Assert.Equal(texts.Length, answer.Texts.Count);
        for (int i = 0; i < texts.Length; i++)
        {
            Assert.Equal((texts[i].Count(c => c == ' ') + 3, 16), (answer.Texts[i].Tokens, answer.Texts[i].Values.Count));
            float[] alone = [.. (await _encoding.EncodeAsync(Ask(texts[i]), _cancellation)).Texts[0].Values];
            Assert.Equal(1, TensorPrimitives.Dot(alone, answer.Texts[i].Values.ToArray()), 5);
        }
    }

    [Fact]
    public async Task Encode_Tokens_AreReadAsTheyStand()
    {
        var texts = (await _encoding.EncodeAsync(Ask("pasta"), _cancellation)).Texts;

        // [CLS] pasta [SEP].
        var tokens = (await _encoding.EncodeAsync(new EncodeRequest { Encoder = "sentences", Revision = _sentences.Revision, Inputs = { new EncoderInput { Tokens = { 2, 11, 3 } } } }, _cancellation)).Texts;

        Assert.Equal(texts[0].Values, tokens[0].Values);
    }

    [Fact]
    public async Task Encode_Pairs_AreScoresAsTheFolderSays()
    {
        var scores = await _encoding.EncodeAsync(Compare("pairs", _pairs.Revision, ("soup", "pasta"), ("pasta", "soup"), ("a", "b")), _cancellation);
        var logits = await _encoding.EncodeAsync(Compare("logits", _logits.Revision, ("soup", "pasta"), ("pasta", "soup"), ("a", "b")), _cancellation);

        Assert.Equal([2f, -1f, 0f], logits.Texts.Select(t => Assert.Single(t.Values)));
        Assert.Equal([1 / (1 + Math.Exp(-2)), 1 / (1 + Math.Exp(1)), 0.5], scores.Texts.Select(t => (double)Assert.Single(t.Values)), (one, two) => Math.Abs(one - two) < 1e-6);
        Assert.Equal(5, scores.Texts[0].Tokens);
    }

    [Fact]
    public async Task Encode_TooLong_IsRefusedByPlaceAndCutWhereAsked()
    {
        string words = string.Join(' ', Enumerable.Repeat("pasta", 300));
        var request = Ask("soup", words);

        Assert.Equal(
            "inputs[1] has more tokens than the 256 that encoder sentences reads; shorten it, or have it cut",
            (await Refused(request, StatusCode.InvalidArgument)).Message);
        request.TruncateTokens = -1;
        Assert.Equal([3, 256], (await _encoding.EncodeAsync(request, _cancellation)).Texts.Select(t => t.Tokens));
        request.TruncateTokens = 5;
        Assert.Equal([3, 5], (await _encoding.EncodeAsync(request, _cancellation)).Texts.Select(t => t.Tokens));
        var pair = Compare("pairs", _pairs.Revision, ("soup", words));
        Assert.StartsWith("pairs[0] has more tokens than the 16", (await Refused(pair, StatusCode.InvalidArgument)).Message, StringComparison.Ordinal);
        pair.TruncateTokens = -1;
        Assert.Equal(16, (await _encoding.EncodeAsync(pair, _cancellation)).Texts[0].Tokens);
    }

    public static TheoryData<string, EncodeRequest> WrongRequests => new()
    {
        { "inputs has 0 entries and pairs 0; encoder sentences takes 1 to 256 inputs", new EncodeRequest() },
        { "inputs has 1 entries and pairs 1", new EncodeRequest { Inputs = { new EncoderInput { Text = "a" } }, Pairs = { new TextPair() } } },
        { "inputs has 257 entries", new EncodeRequest { Inputs = { Enumerable.Repeat(new EncoderInput { Text = "a" }, 257) } } },
        { "inputs[1] is empty", new EncodeRequest { Inputs = { new EncoderInput { Text = "a" }, new EncoderInput() } } },
        { "inputs[0] has a text and tokens", new EncodeRequest { Inputs = { new EncoderInput { Text = "a", Tokens = { 1 } } } } },
        { "inputs[0] has token 24; the encoder has tokens from 0 to 23", new EncodeRequest { Inputs = { new EncoderInput { Tokens = { 0, 24 } } } } },
        { "inputs[0] has token -1", new EncodeRequest { Inputs = { new EncoderInput { Tokens = { -1 } } } } },
        { "truncate_tokens is 2; encoder sentences can be told -1, or 3 to 256", new EncodeRequest { TruncateTokens = 2, Inputs = { new EncoderInput { Text = "a" } } } },
        { "truncate_tokens is 257", new EncodeRequest { TruncateTokens = 257, Inputs = { new EncoderInput { Text = "a" } } } },
        { "truncate_tokens is -2", new EncodeRequest { TruncateTokens = -2, Inputs = { new EncoderInput { Text = "a" } } } },
    };

    [Theory]
    [MemberData(nameof(WrongRequests))]
    public async Task Encode_WrongRequest_IsRefusedByName(string message, EncodeRequest request)
    {
        (request.Encoder, request.Revision) = ("sentences", _sentences.Revision);

        Assert.StartsWith(message, (await Refused(request, StatusCode.InvalidArgument)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encode_OtherRevisionOrBrokenOne_SaysWhy()
    {
        var other = await Refused(new EncodeRequest { Encoder = "sentences", Revision = "r", Inputs = { new EncoderInput { Text = "a" } } }, StatusCode.FailedPrecondition);
        Assert.Equal((FailureReasons.RevisionUnknown, "sentences"), (other.Reason, other.Subject));
        var bad = await Refused(
            new EncodeRequest { Encoder = "bad", Revision = _bad.Revision, Inputs = { new EncoderInput { Text = "a" } } }, StatusCode.FailedPrecondition);
        Assert.Equal((FailureReasons.ExpertUnusable, "bad"), (bad.Reason, bad.Subject));
    }

    [Fact]
    public async Task Encode_TooManyWait_OneMoreIsRefused()
    {
        using var threads = new EncoderThreads(new RuntimeOptions { EncoderThreads = 1, EncoderQueueLimit = 1 }, TimeProvider.System);
        using var begun = new SemaphoreSlim(0);
        using var held = new SemaphoreSlim(0);
        var running = threads.RunAsync(token => Hold(token), _cancellation);
        await begun.WaitAsync(_cancellation);
        var waiting = threads.RunAsync(_ => 2, _cancellation);

        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => threads.RunAsync(_ => 3, _cancellation));

        Assert.Equal((StatusCode.ResourceExhausted, "1 calls wait on this host for an encoder; no more are taken"), (refused.Code, refused.Message));
        held.Release();
        Assert.Equal((1, 2), (await running, await waiting));

        int Hold(CancellationToken token)
        {
            begun.Release();
            held.Wait(token);
            return 1;
        }
    }

    private async Task<RequestRefusedException> Refused(EncodeRequest request, StatusCode code)
    {
        var error = await Assert.ThrowsAsync<RequestRefusedException>(() => _encoding.EncodeAsync(request, _cancellation));
        Assert.Equal(code, error.Code);
        return error;
    }

    private EncodeRequest Ask(params string[] texts) => new()
    {
        Encoder = "sentences",
        Revision = _sentences.Revision,
        Inputs = { texts.Select(text => new EncoderInput { Text = text }) },
    };

    private static EncodeRequest Compare(string encoder, string revision, params (string First, string Second)[] pairs) =>
        new() { Encoder = encoder, Revision = revision, Pairs = { pairs.Select(p => new TextPair { First = p.First, Second = p.Second }) } };
}
