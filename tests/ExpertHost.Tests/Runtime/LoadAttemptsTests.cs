using ExpertCluster.Catalogue;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Node.Options;
using ExpertCluster.TestSupport;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.ExpertHost.Tests.Runtime;

/// <summary>A process that is gone has left its file without a lock: these do so, too.</summary>
public sealed class LoadAttemptsTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Now);
    private readonly LogLines<LoadAttempts> _log = new();

    private string Folder => Path.Combine(_folder.Path, "loading");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Begin_FewerThanThreeEnded_IsMadeAndNotedWhileItLasts(int ended)
    {
        Leave("r1", ended);

        var attempt = Attempts().Begin("base b", "r1");
        Assert.Equal(ended + 1, Directory.GetFiles(Folder).Length);

        attempt.Dispose();
        Assert.Equal(ended, Directory.GetFiles(Folder).Length);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public void Begin_ThreeEnded_IsRefusedByNameAndOthersAreNot(int ended)
    {
        Leave("r1", ended);

        string sentence = Assert.Throws<CatalogueException>(() => Attempts().Begin("base b", "r1")).Message;

        Assert.StartsWith("base b is not opened: each of its last 3 openings here ended the whole process, the latest at 2026-11-29 12:00:00 UTC", sentence, StringComparison.Ordinal);
        Assert.Equal(3, Directory.GetFiles(Folder).Length);
        Attempts().Begin("base c", "r2").Dispose();
    }

    [Fact]
    public void Begin_LongAfterTheLastEnded_IsTriedOnce()
    {
        Leave("r1", 3);
        _time.Advance(LoadAttempts.RefusalTime);

        Attempts().Begin("base b", "r1").Dispose();

        // It ended its process once more.
        Leave("r1", 1, _time.GetUtcNow());
        Assert.Throws<CatalogueException>(() => Attempts().Begin("base b", "r1"));
    }

    [Fact]
    public void Succeed_ForgetsThoseBefore()
    {
        Leave("r1", 2);

        using (var attempt = Attempts().Begin("base b", "r1"))
        {
            attempt.Succeed();
        }

        Assert.Empty(Directory.GetFiles(Folder));
    }

    /// <summary>Other hosts of the machine open the same base at the same time.</summary>
    [Fact]
    public void Begin_OthersUnderWay_DoNotCount()
    {
        var others = Enumerable.Range(0, 5).Select(_ => Attempts().Begin("base b", "r1")).ToArray();

        Attempts().Begin("base b", "r1").Dispose();

        Assert.All(others, other => other.Dispose());
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public void Begin_FolderThatCannotBeWritten_IsMadeAndSaid()
    {
        File.WriteAllText(Folder, "");

        Attempts().Begin("base b", "r1").Dispose();

        Assert.StartsWith("That base b is being opened can't be noted down: ", Assert.Single(_log.Lines).Text, StringComparison.Ordinal);
    }

    private LoadAttempts Attempts() => new(new NodeOptions { StateFolder = _folder.Path }, _time, _log);

    private void Leave(string revision, int count, DateTimeOffset? at = null)
    {
        Directory.CreateDirectory(Folder);
        for (int i = 0; i < count; i++)
        {
            string file = Path.Combine(Folder, $"{revision}.{Guid.NewGuid():N}");
            File.WriteAllText(file, "");
            File.SetLastWriteTimeUtc(file, (at ?? Now).UtcDateTime - TimeSpan.FromSeconds(i));
        }
    }
}
