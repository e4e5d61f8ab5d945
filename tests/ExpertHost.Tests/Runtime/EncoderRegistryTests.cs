using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.ExpertHost.Options;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Node.Options;
using ExpertCluster.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.ExpertHost.Tests.Runtime;

public sealed class EncoderRegistryTests : IDisposable
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly SmallEncoders _encoders = new();
    private readonly TemporaryFolder _state = new();
    private readonly FakeContent _content = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose()
    {
        _encoders.Dispose();
        _state.Dispose();
    }

    [Fact]
    public async Task Enter_ManyAtOnce_OpensOnceAndGivesItsFilesBack()
    {
        var opening = new TaskCompletionSource();
        _content.Until = opening.Task;
        var one = _encoders.Sentences("one");
        using var registry = Registry(Of(one));

        var asked = Enumerable.Range(0, 20).Select(_ => registry.EnterAsync("one", one.Revision, _cancellation)).ToArray();
        opening.SetResult();
        var runtimes = await Task.WhenAll(asked);

        Assert.Single(runtimes.Distinct());
        Assert.Equal((1, 0, 1), (_content.Opened, _content.Held, registry.Count));
        Assert.Equal(("one", one.Revision), (runtimes[0].Name, runtimes[0].Revision));
    }

    [Fact]
    public async Task Enter_MoreThanThereIsRoomFor_TheLongestUnaskedGoesWithItsLastUser()
    {
        var (one, two, three) = (_encoders.Sentences("one", 1), _encoders.Sentences("two", 2), _encoders.Sentences("three", 3));
        using var registry = Registry(Of(one, two, three), capacity: 2);
        var first = await registry.EnterAsync("one", one.Revision, _cancellation);
        (await registry.EnterAsync("two", two.Revision, _cancellation)).Leave();
        (await registry.EnterAsync("one", one.Revision, _cancellation)).Leave();

        (await registry.EnterAsync("three", three.Revision, _cancellation)).Leave();
        Assert.Same(first, await registry.EnterAsync("one", one.Revision, _cancellation));
        first.Leave();
        (await registry.EnterAsync("two", two.Revision, _cancellation)).Leave();

        Assert.Equal((4, 2), (_content.Opened, registry.Count));
        (await registry.EnterAsync("three", three.Revision, _cancellation)).Leave();
        Assert.False(first.TryEnter());

        // Who has it goes on with it.
        float[] vector = new float[first.Encoder.Width];
        first.Encoder.Encode("pasta", vector);
        first.Leave();
        Assert.Throws<ObjectDisposedException>(() => first.Encoder.Encode("pasta", vector));
    }

    [Fact]
    public async Task Changed_ContentIsGone_IsClosed()
    {
        var (before, after) = (_encoders.Sentences("one", 1), _encoders.Sentences("one", 2));
        var catalogue = Of(before);
        using var registry = Registry(catalogue);
        var runtime = await registry.EnterAsync("one", before.Revision, _cancellation);
        runtime.Leave();

        catalogue.Swap(SmallEncoders.Version(2, after));

        Assert.False(runtime.TryEnter());
        await Assert.ThrowsAsync<KeyNotFoundException>(() => registry.EnterAsync("one", before.Revision, _cancellation));
        Assert.Equal(after.Revision, (await registry.EnterAsync("one", after.Revision, _cancellation)).Revision);
    }

    [Fact]
    public async Task Enter_ThereIsNone_IsTold()
    {
        using var registry = Registry(Of());

        var error = await Assert.ThrowsAsync<KeyNotFoundException>(() => registry.EnterAsync("one", "r", _cancellation));

        Assert.Equal("the catalogue has no encoder 'one' of this revision", error.Message);
    }

    [Fact]
    public async Task Enter_ContentThatCannotBeUsed_IsReadAgainAfterAWhile()
    {
        var broken = _encoders.Broken("bad");
        using var registry = Registry(Of(broken));

        var error = await Assert.ThrowsAsync<CatalogueException>(() => registry.EnterAsync("bad", broken.Revision, _cancellation));
        await Assert.ThrowsAsync<CatalogueException>(() => registry.EnterAsync("bad", broken.Revision, _cancellation));
        Assert.Equal(1, _content.Opened);
        Assert.StartsWith("encoder bad can't be loaded: model.onnx", error.Message, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(30));

        await Assert.ThrowsAsync<CatalogueException>(() => registry.EnterAsync("bad", broken.Revision, _cancellation));
        Assert.Equal((2, 0), (_content.Opened, _content.Held));
    }

    [Fact]
    public async Task Enter_FilesAreNotThereNow_AreAskedForAgain()
    {
        var one = _encoders.Sentences("one");
        using var registry = Registry(Of(one));
        _content.Failure = new ContentException("the server is away");
        await Assert.ThrowsAsync<ContentException>(() => registry.EnterAsync("one", one.Revision, _cancellation));
        _content.Failure = null;

        (await registry.EnterAsync("one", one.Revision, _cancellation)).Leave();
    }

    [Fact]
    public async Task Enter_CallerLeaves_OpeningGoesOnForOthers()
    {
        var opening = new TaskCompletionSource();
        _content.Until = opening.Task;
        var one = _encoders.Sentences("one");
        using var registry = Registry(Of(one));
        using var leaving = new CancellationTokenSource();
        var left = registry.EnterAsync("one", one.Revision, leaving.Token);
        var stays = registry.EnterAsync("one", one.Revision, _cancellation);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        opening.SetResult();

        (await stays).Leave();
        Assert.Equal(1, _content.Opened);
    }

    private static CatalogueHolder Of(params Catalogue.Prepared.PreparedEncoder[] encoders) => new(SmallEncoders.Version(1, encoders));

    private EncoderRegistry Registry(ICatalogueSource catalogue, int capacity = 4) => new(
        _content,
        catalogue,
        new LoadAttempts(new NodeOptions { StateFolder = _state["state"] }, _time, NullLogger<LoadAttempts>.Instance),
        new RuntimeOptions { EncoderCapacity = capacity },
        _time,
        NullLogger<EncoderRegistry>.Instance);
}
