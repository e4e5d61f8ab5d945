using ExpertCluster.Catalogue.Store;
using ExpertCluster.Catalogue.Tests.Support;

namespace ExpertCluster.Catalogue.Tests.Store;

/// <summary>Many who want one content at once.</summary>
[Collection(nameof(Alone))]
public sealed class SharedFetchTests : IDisposable
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly StoreFolder _folder = new();
    private readonly Content _content = new(100_000);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SharedFetchTests() => _content.Instead = async (start, cancellation) =>
    {
        _opened.TrySetResult();
        await _go.Task.WaitAsync(cancellation);
        return _content.From(start.Offset);
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Get_HundredAtOnceInTwoProcesses_IsOneFetch(bool known)
    {
        ModelStore[] stores = [_folder.Open(), _folder.Open()];
        Task<StoredFile>[] asks = [.. Enumerable.Range(0, 100).Select(at => stores[at % 2].GetAsync(_content.Ask(known), _cancellation))];
        await _opened.Task.WaitAsync(_cancellation);

        _go.SetResult();
        var files = await Task.WhenAll(asks);

        Assert.Equal(1, _content.Opened);
        Assert.All(files, file => Assert.Equal(_content.Sha256, file.Sha256));
        Array.ForEach(files, file => file.Dispose());
    }

    [Fact]
    public async Task Get_OneOfTwoGivesUp_TheOtherGetsIt()
    {
        var store = _folder.Open();
        using var impatient = new CancellationTokenSource();
        var one = store.GetAsync(_content.Ask(), impatient.Token);
        var other = store.GetAsync(_content.Ask(), _cancellation);
        await _opened.Task.WaitAsync(_cancellation);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        _go.SetResult();

        using var file = await other;
        Assert.Equal(1, _content.Opened);
    }

    [Fact]
    public async Task Get_AllGiveUp_TheFetchEndsAndALaterOneIsAnother()
    {
        var store = _folder.Open();
        using var impatient = new CancellationTokenSource();
        Task[] asks = [store.GetAsync(_content.Ask(), impatient.Token), store.GetAsync(_content.Ask(), impatient.Token)];
        await _opened.Task.WaitAsync(_cancellation);

        await impatient.CancelAsync();
        foreach (var ask in asks)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ask);
        }

        _content.Instead = null;
        using var file = await store.GetAsync(_content.Ask(), _cancellation);
        Assert.Equal(2, _content.Opened);
    }

    [Fact]
    public async Task Get_FetchFails_AllAreToldAndTheNextTriesAgain()
    {
        var store = _folder.Open();
        Task<StoredFile>[] asks = [.. Enumerable.Range(0, 10).Select(_ => store.GetAsync(_content.Ask(), _cancellation))];
        await _opened.Task.WaitAsync(_cancellation);

        _go.SetException(new ContentException("no"));

        foreach (var ask in asks)
        {
            Assert.Equal("no", (await Assert.ThrowsAsync<ContentException>(() => ask)).Message);
        }

        _content.Instead = null;
        using var file = await store.GetAsync(_content.Ask(), _cancellation);
        Assert.Equal(2, _content.Opened);
    }

    [Fact]
    public async Task Get_OneContentFromTwoPlacesOfWhichOneFails_IsHadFromTheOther()
    {
        var store = _folder.Open();
        var good = new Content(100_000);
        var bad = store.GetAsync(_content.Ask() with { What = "test://bad" }, _cancellation);
        await _opened.Task.WaitAsync(_cancellation);
        var other = store.GetAsync(good.Ask() with { What = "test://good" }, _cancellation);

        _go.SetException(new ContentException("no"));

        await Assert.ThrowsAsync<ContentException>(() => bad);
        using var file = await other;
        Assert.Equal((1, 1), (_content.Opened, good.Opened));
    }
}
