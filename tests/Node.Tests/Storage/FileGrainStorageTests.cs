using ExpertCluster.Node.Storage;
using ExpertCluster.TestSupport;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace ExpertCluster.Node.Tests.Storage;

public sealed class FileGrainStorageTests : IDisposable
{
    private static readonly GrainId Grain = GrainId.Create("keeper", "one");

    private readonly TemporaryFolder _folder = new();
    private readonly FileGrainStorage _storage;

    public FileGrainStorageTests() => _storage = new FileGrainStorage(_folder["state"], TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Read_NothingWritten_IsNoRecord()
    {
        var state = new GrainState<Words> { State = new Words { Text = "as it was" } };

        await _storage.ReadStateAsync("desired", Grain, state);

        Assert.Equal((false, null, "as it was"), (state.RecordExists, state.ETag, state.State!.Text));
    }

    [Fact]
    public async Task Write_ThenReadByAnother_IsWhatWasWritten()
    {
        var state = await WrittenAsync("first");

        var read = new GrainState<Words>(new Words());
        await new FileGrainStorage(_folder["state"], TimeProvider.System).ReadStateAsync("desired", Grain, read);

        Assert.Equal((true, state.ETag, "first"), (read.RecordExists, read.ETag, read.State!.Text));
    }

    /// <summary>Two activations, of which one knew less.</summary>
    [Fact]
    public async Task Write_ByAnOldTag_IsRefusedAndChangesNothing()
    {
        var first = await WrittenAsync("first");
        var other = new GrainState<Words>(new Words());
        await _storage.ReadStateAsync("desired", Grain, other);
        other.State!.Text = "second";
        await _storage.WriteStateAsync("desired", Grain, other);

        first.State!.Text = "third";
        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.WriteStateAsync("desired", Grain, first));
        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.ClearStateAsync("desired", Grain, first));
        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.WriteStateAsync("desired", Grain, new GrainState<Words>(new Words())));

        await _storage.ReadStateAsync("desired", Grain, other);
        Assert.Equal("second", other.State!.Text);
    }

    [Fact]
    public async Task Write_ManyAtOnceByOneTag_OneWins()
    {
        var first = await WrittenAsync("first");
        int won = 0;

        await Parallel.ForAsync(0, 16, async (i, _) =>
        {
            try
            {
                await _storage.WriteStateAsync("desired", Grain, new GrainState<Words>(new Words { Text = $"{i}" }) { ETag = first.ETag });
                Interlocked.Increment(ref won);
            }
            catch (InconsistentStateException)
            {
                // One of the others was first.
            }
        });

        Assert.Equal(1, won);
    }

    [Fact]
    public async Task Clear_State_IsNoRecordAnyMore()
    {
        var state = await WrittenAsync("first");

        await _storage.ClearStateAsync("desired", Grain, state);

        await _storage.ReadStateAsync("desired", Grain, state);
        Assert.False(state.RecordExists);
    }

    [Fact]
    public async Task States_OfOtherGrainsAndNames_AreTheirOwn()
    {
        await WrittenAsync("first");
        await _storage.WriteStateAsync("desired", GrainId.Create("keeper", "../../etc/two"), new GrainState<Words>(new Words { Text = "other" }));
        await _storage.WriteStateAsync("../name", Grain, new GrainState<Words>(new Words { Text = "third" }));

        var read = new GrainState<Words>(new Words());
        await _storage.ReadStateAsync("desired", Grain, read);

        Assert.Equal("first", read.State!.Text);
        Assert.Equal(3, Directory.GetFiles(_folder["state"], "*.json").Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[1]")]
    public async Task Read_DamagedFile_IsToldAndNotTakenForNone(string content)
    {
        await WrittenAsync("first");
        string file = Assert.Single(Directory.GetFiles(_folder["state"], "*.json"));
        File.WriteAllText(file, content);

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => _storage.ReadStateAsync("desired", Grain, new GrainState<Words>(new Words())));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(file));
    }

    private async Task<GrainState<Words>> WrittenAsync(string text)
    {
        var state = new GrainState<Words>(new Words { Text = text });
        await _storage.WriteStateAsync("desired", Grain, state);
        return state;
    }

    internal sealed class Words
    {
        public string Text { get; set; } = "";
    }
}
