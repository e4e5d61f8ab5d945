using ExpertCluster.Catalogue.Store;
using ExpertCluster.Catalogue.Tests.Support;

namespace ExpertCluster.Catalogue.Tests.Store;

[Collection(nameof(Alone))]
public sealed class StoreViewTests : IDisposable
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly StoreFolder _folder = new(maxBytes: 1 << 20);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Add_File_HasItsNameAndStaysWhileTheViewDoes()
    {
        var store = _folder.Open();
        var content = new Content(600_000);
        using (var view = store.OpenView(_cancellation))
        {
            view.Add("sub/model.bin", await store.GetAsync(content.Ask(), _cancellation));

            Assert.Equal(content.Bytes, await File.ReadAllBytesAsync(Path.Combine(view.Path, "sub", "model.bin"), _cancellation));
            await Assert.ThrowsAsync<ContentException>(() => store.GetAsync(new Content(600_000, seed: 2).Ask(), _cancellation));
        }

        Assert.Empty(_folder.Names("views"));
        using var other = await store.GetAsync(new Content(600_000, seed: 2).Ask(), _cancellation);
        Assert.Equal([other.Sha256], _folder.Objects);
    }

    [Fact]
    public void Open_ViewThatSomebodyLeft_IsRemovedAndOneInUseIsNot()
    {
        using var used = _folder.Open().OpenView(_cancellation);
        string left = Path.Combine(_folder.Options.Folder, "views", "left");
        Directory.CreateDirectory(left);
        File.WriteAllText(left + ".lock", "");

        using var own = _folder.Open().OpenView(_cancellation);

        Assert.False(Path.Exists(left));
        Assert.True(Directory.Exists(used.Path));
        Assert.NotEqual(used.Path, own.Path);
    }
}
