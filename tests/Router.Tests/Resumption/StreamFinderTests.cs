using ExpertCluster.Contracts.Failures;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Node.Options;
using ExpertCluster.Router.Resumption;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;

namespace ExpertCluster.Router.Tests.Resumption;

/// <summary>Which routers are asked for a stream, and which of their answers counts.</summary>
public sealed class StreamFinderTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly ScriptedCluster _cluster = ScriptedCluster.Start();
    private readonly FixedRouters _routers = new();
    private readonly StreamFinder _finder;
    private readonly List<string> _asked = [];

    public StreamFinderTests()
    {
        _routers.SiloNames.AddRange(["router/b", "router/c"]);
        _finder = new StreamFinder(_cluster.Factory, _routers, new NodeOptions { Name = "router" }, new ManualTime(), NullLogger<StreamFinder>.Instance);
    }

    [Fact]
    public async Task Find_IdOfARouter_AsksThatOneAlone()
    {
        Answer((router, _) => Place(router, 1));

        Assert.Equal("at b", await _finder.FindAsync(StreamIds.OfStream(RequestKey.New(KeyOf("b"))), _cancellation));

        Assert.Equal([KeyOf("b")], _asked);
    }

    /// <summary>What is not here is nowhere.</summary>
    [Theory]
    [InlineData("router")]
    [InlineData("gone")]
    public async Task Find_OwnIdOrOneOfARouterThatIsGone_AsksNobody(string router)
    {
        Answer((_, _) => throw new InvalidOperationException("asked"));

        Assert.Null(await _finder.FindAsync(StreamIds.OfResponse(RequestKey.New(KeyOf(router))), _cancellation));
    }

    [Fact]
    public async Task Find_IdOfACaller_AsksAllOthersAndTakesTheNewest()
    {
        Answer((router, _) => Place(router, router == KeyOf("b") ? 5 : 9));

        Assert.Equal("at c", await _finder.FindAsync("talk", _cancellation));

        Assert.Equal([KeyOf("b"), KeyOf("c")], _asked);
    }

    [Fact]
    public async Task Find_ARouterDoesNotAnswer_TheOthersCount()
    {
        Answer((router, _) => router == KeyOf("b") ? throw new OrleansException("not in the cluster") : Place(router, 1));

        Assert.Equal("at c", await _finder.FindAsync("talk", _cancellation));
    }

    [Fact]
    public async Task Find_NobodyHoldsIt_IsNull()
    {
        Answer((_, _) => null);

        Assert.Null(await _finder.FindAsync("talk", _cancellation));
    }

    [Theory]
    [InlineData("talk", null)]
    [InlineData("stream_0123456789abcdef0123456789abcde", null)]
    [InlineData("stream_0123456789abcdef0123456789abcdef", "01234567")]
    [InlineData("resp_0123456789abcdef0123456789abcdef", "01234567")]
    [InlineData("0123456789abcdef0123456789abcdef", null)]
    public void RouterOf_OurIdsAlone_NameOne(string id, string? router) => Assert.Equal(router, StreamIds.RouterOf(id));

    [Theory]
    [InlineData("a")]
    [InlineData("3f2b8e9c-1d4a-4c7e-9b1a-0123456789ab")]
    [InlineData("user@host:7/x", false)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("ä", false)]
    public void Check_OfACallersId_TakesWhatFitsAPath(string id, bool isTaken = true)
    {
        var error = Record.Exception(() => StreamIds.Check(id, "X-Conversation-Id"));

        Assert.Equal(isTaken, error is null);
        Assert.Equal(isTaken ? null : FailureKind.InvalidArgument, (error as RequestFailedException)?.Failure.Kind);
    }

    [Fact]
    public void Check_TooLong_IsRefused() => Assert.Throws<RequestFailedException>(() => StreamIds.Check(new string('a', StreamIds.Longest + 1), "X-Conversation-Id"));

    private void Answer(Func<string, string, HeldStreamPlace?> answer) => _cluster.HeldAt = (router, id) =>
    {
        _asked.Add(router);
        return answer(router, id);
    };

    private static string KeyOf(string router) => RequestKey.OfRouter($"router/{router}");

    private static HeldStreamPlace Place(string key, long begun) => new() { Address = key == KeyOf("b") ? "at b" : "at c", BegunAtUnixMs = begun };
}
