using Microsoft.Extensions.DependencyInjection;
using Microsoft.Orleans.Server.Tests.Support;
using Orleans.OneMachine.Membership;
using Orleans.OneMachine.Messaging;
using Orleans.OneMachine.Serialization;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests.Internals;

/// <summary>
/// A connection to another silo breaks, and the silo lives on. What was not sent goes over the next connection, once; of what
/// was sent nobody knows, and everybody who waits for it hears so at once. Nothing waits for the response timeout.
/// </summary>
public sealed class BrokenConnectionTests : IAsyncLifetime
{
    private const long SomeCall = 7;

    private readonly FakePeer _peer = new();
    private TestCluster _cluster = null!;
    private Messenger _messenger = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(1);
        _messenger = _cluster.Silos[0].Services.GetRequiredService<Messenger>();
    }

    public async ValueTask DisposeAsync()
    {
        // Without a listener the pool's connections end by themselves.
        _peer.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Request_ThatWaited_GoesOverTheNextConnection()
    {
        var asked = AskAsync();
        await using (await _peer.AcceptAsync())
        {
            // Never greeted: nothing can have been sent.
        }

        await using var next = await _peer.WelcomeAsync();
        var request = await next.ReadAsync();

        Assert.Equal(FrameKind.SystemRequest, request?.Kind);
        Answer(request!.Call, "answer");
        Assert.Equal("answer", await asked);
    }

    [Fact]
    public async Task Request_ThatWasSent_FailsAtOnceAndIsNotSentAgain()
    {
        var lost = AskAsync();
        await using (var first = await _peer.WelcomeAsync())
            Assert.Equal(FrameKind.SystemRequest, (await first.ReadAsync())?.Kind);

        await using var next = await _peer.WelcomeAsync();

        var failure = await Assert.ThrowsAsync<SiloUnavailableException>(() => lost);
        Assert.Contains("may or may not have been carried out", failure.Message, StringComparison.Ordinal);
        var asked = AskAsync();
        var request = await next.ReadAsync();
        Answer(request!.Call, "another");
        Assert.Equal("another", await asked);
    }

    [Fact]
    public async Task Requests_ThatWaited_KeepTheirOrder()
    {
        var asked = Enumerable.Range(0, 100).Select(_ => AskAsync()).ToArray();
        await using (await _peer.AcceptAsync())
        {
        }

        await using var next = await _peer.WelcomeAsync();
        var calls = new List<long>();
        for (var i = 0; i < asked.Length; i++)
            calls.Add((await next.ReadAsync())!.Call);

        Assert.Equal(calls.Order(), calls);
        foreach (var call in calls)
            Answer(call, "done");
        await Task.WhenAll(asked);
    }

    [Fact]
    public async Task Request_ThatWaitedTwice_FailsAtOnce()
    {
        var asked = AskAsync();
        for (var i = 0; i < 2; i++)
        {
            await using (await _peer.AcceptAsync())
            {
            }
        }

        await Assert.ThrowsAsync<SiloUnavailableException>(() => asked);
        Assert.False(_peer.HasCaller());
    }

    [Fact]
    public async Task Request_ThatWaitedForASiloThatIsReplaced_FailsAtOnce()
    {
        var asked = AskAsync();
        await using (await _peer.AcceptAsync())
        {
        }

        await using var next = await _peer.AcceptAsync();
        await next.GreetAsync(Welcome.Replaced);

        await Assert.ThrowsAsync<SiloUnavailableException>(() => asked);
        Assert.Null(await next.ReadAsync());
    }

    [Fact]
    public async Task Answer_ThatWaited_GoesOverTheNextConnection()
    {
        Give("answer");
        await using (await _peer.AcceptAsync())
        {
        }

        await using var next = await _peer.WelcomeAsync();

        Assert.Equal((SomeCall, ReplyKind.Result), Read(await next.ReadAsync()));
    }

    [Fact]
    public async Task Answer_ThatWaitedForASiloThatIsReplaced_IsDropped()
    {
        Give("answer");
        await using (await _peer.AcceptAsync())
        {
        }

        await using var next = await _peer.AcceptAsync();
        await next.GreetAsync(Welcome.Replaced);

        Assert.Null(await next.ReadAsync());
    }

    [Fact]
    public async Task Answer_ThatWasSent_IsFollowedByTheNoticeThatItMayBeLost()
    {
        Give("answer");
        await using (var first = await _peer.WelcomeAsync())
            Assert.Equal((SomeCall, ReplyKind.Result), Read(await first.ReadAsync()));

        await using var next = await _peer.WelcomeAsync();

        Assert.Equal((SomeCall, ReplyKind.Failure), Read(await next.ReadAsync()));
    }

    private static (long Call, ReplyKind Kind) Read(FakePeer.Received? frame)
    {
        Assert.Equal(FrameKind.Response, frame?.Kind);
        return (frame!.Call, (ReplyKind)frame.Rest[0]);
    }

    /// <summary>Asks the peer something; nobody waits for the timeout.</summary>
    private Task<string> AskAsync() => _messenger.AskAsync<string>(_peer.Address, new Probe(), 2 * Eventually.Limit, TestContext.Current.CancellationToken);

    /// <summary>Answers the peer's call.</summary>
    private void Give(string result) => _messenger.Answer(_peer.Address, SomeCall, Reply.Result(result), Codecs.Get<object>().WriteObject);

    /// <summary>The peer's answer comes, over a connection of its own.</summary>
    private void Answer(long call, string result)
    {
        using var writer = new WireWriter(1024);
        writer.Varint((ulong)call);
        writer.Byte((byte)ReplyKind.Result);
        Codecs.Get<object>().Write(writer, result);
        var reader = new WireReader(writer.Written.Span);
        _messenger.AnswerReceived(_peer.Address, ref reader);
    }

    private CodecProvider Codecs => _cluster.Silos[0].Services.GetRequiredService<CodecProvider>();
}
