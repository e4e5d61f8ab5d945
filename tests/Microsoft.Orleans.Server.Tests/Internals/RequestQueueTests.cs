using Orleans.OneMachine.Activation;
using Orleans.OneMachine.Messaging;

namespace Microsoft.Orleans.Server.Tests.Internals;

public sealed class RequestQueueTests
{
    [Fact]
    public void Next_OrdinaryItems_StartOneAtATimeInOrder()
    {
        var queue = new RequestQueue(isReentrant: false, limit: 10);
        var items = Add(queue, new Item(), new Item());
        Assert.Same(items[0], queue.Next());
        Assert.Null(queue.Next());
        queue.Finished(items[0]);
        Assert.Same(items[1], queue.Next());
    }

    [Fact]
    public void Next_AnInterleavingItem_PassesThoseThatWait()
    {
        var queue = new RequestQueue(isReentrant: false, limit: 10);
        var items = Add(queue, new Item(), new Item(), new Item(interleaves: true));
        Assert.Same(items[2], queue.Next());
        Assert.Same(items[0], queue.Next());
        Assert.Null(queue.Next());
        queue.Finished(items[2]);
        Assert.Null(queue.Next());
    }

    [Fact]
    public void Next_ReadOnlyItems_RunBesideEachOtherOnly()
    {
        var queue = new RequestQueue(isReentrant: false, limit: 10);
        var items = Add(queue, new Item(isReadOnly: true), new Item(isReadOnly: true), new Item(), new Item(isReadOnly: true));
        Assert.Same(items[0], queue.Next());
        Assert.Same(items[1], queue.Next());
        Assert.Null(queue.Next());
        queue.Finished(items[0]);
        Assert.Null(queue.Next());
        queue.Finished(items[1]);
        Assert.Same(items[2], queue.Next());
        Assert.Null(queue.Next());
    }

    [Fact]
    public void TryAdd_BeyondTheLimit_Refuses()
    {
        var queue = new RequestQueue(isReentrant: false, limit: 2);
        Add(queue, new Item(), new Item());
        Assert.False(queue.TryAdd(new Item()));
        Assert.Equal(2, queue.Drain().Count);
        Assert.True(queue.TryAdd(new Item()));
    }

    private static Item[] Add(RequestQueue queue, params Item[] items)
    {
        Assert.All(items, item => Assert.True(queue.TryAdd(item)));
        return items;
    }

    private sealed class Item(bool interleaves = false, bool isReadOnly = false) : WorkItem
    {
        public override bool Interleaves => interleaves;

        public override bool IsReadOnly => isReadOnly;

        public override Task RunAsync(GrainActivation activation) => Task.CompletedTask;

        public override void Abandon(Reply reply)
        {
        }
    }
}
