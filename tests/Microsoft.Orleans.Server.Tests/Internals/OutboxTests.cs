using Orleans.OneMachine.Messaging;

namespace Microsoft.Orleans.Server.Tests.Internals;

public sealed class OutboxTests
{
    [Fact]
    public void TryAdd_BeyondItsCapacity_IsRefused()
    {
        var outbox = new Outbox();
        for (var i = 0; i < Outbox.Capacity; i++)
            Assert.True(outbox.TryAdd(Answer(i + 1)));
        using var surplus = Answer(0);

        Assert.False(outbox.TryAdd(surplus));
        Assert.False(outbox.IsClosed);
        Free(outbox.Close());
    }

    [Fact]
    public void Close_WithFramesOfAnEarlierConnection_GivesTheseBackFirst()
    {
        var outbox = new Outbox();
        Assert.True(outbox.TryAdd(Answer(3)));
        outbox.Inherit([Answer(1), Answer(2)]);
        Assert.True(outbox.TryAdd(Answer(4)));
        Assert.True(outbox.TryTake(out var first));
        Assert.Equal(1, first.Answers);

        var rest = outbox.Close();

        Assert.Equal([2, 3, 4], rest.Select(static frame => frame.Answers));
        Assert.Equal([1], outbox.Answered);
        Assert.True(outbox.IsClosed);
        Assert.False(outbox.TryAdd(first));
        Free([.. rest, first]);
    }

    [Fact]
    public void Answered_AfterMany_RemembersTheLatest()
    {
        var outbox = new Outbox();
        for (var call = 1L; call <= Outbox.AnswersRemembered + 10; call++)
            outbox.Remember(call);

        Assert.Equal(Outbox.AnswersRemembered, outbox.Answered.Count);
        Assert.Equal(11, outbox.Answered.First());
    }

    private static Frame Answer(long call) => new(FrameKind.Response, 1024) { Answers = call };

    private static void Free(IEnumerable<Frame> frames)
    {
        foreach (var frame in frames)
            frame.Dispose();
    }
}
