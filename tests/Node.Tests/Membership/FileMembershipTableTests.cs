using ExpertCluster.Node.Membership;
using ExpertCluster.TestSupport;
using Orleans.Runtime;

namespace ExpertCluster.Node.Tests.Membership;

/// <summary>Orleans' protocol, by the properties that its membership service stands on.</summary>
public sealed class FileMembershipTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ReadAll_NoFile_IsEmptyAtVersionZero()
    {
        var table = await Open().ReadAllAsync(_cancellation);

        Assert.Equal(0, table.Version.Version);
        Assert.Empty(table.Members);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("fifo", "is no regular file but a FIFO")]
    [InlineData("folder", "is no regular file but a folder")]
    public async Task ReadAll_NoFileInItsPlace_FailsAtOnce(string kind, string problem)
    {
        await Task.Run(() => SpecialFile.Put(_folder["members.json"], kind), _cancellation);

        var error = await Assert.ThrowsAnyAsync<IOException>(() => Open().ReadAllAsync(_cancellation));

        Assert.EndsWith(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InsertRow_ThenReadRow_GivesWhatWasWritten()
    {
        var entry = Members.Entry(1, SiloStatus.Joining);
        entry.AddSuspector(Members.Address(7), Members.Start.AddSeconds(1));
        await Open().InsertRowAsync(entry, Members.Version(1), _cancellation);

        var read = (await Open().ReadRowAsync(entry.SiloAddress, _cancellation)).TryGet(entry.SiloAddress)!.Item1;

        Assert.Equal(entry.ToFullString(), read.ToFullString());
    }

    [Theory]
    [InlineData(1, 1, false)] // the same silo again
    [InlineData(2, 1, false)] // a version that somebody took
    [InlineData(2, 3, false)] // a version that skips one
    [InlineData(2, 2, true)]
    public async Task InsertRow_AfterAnother_HoldsOnlyForANewSiloAtTheNextVersion(int silo, int version, bool taken)
    {
        var table = Open();
        await table.InsertRowAsync(Members.Entry(1, SiloStatus.Active), Members.Version(1), _cancellation);

        Assert.Equal(taken, await Open().InsertRowAsync(Members.Entry(silo, SiloStatus.Active), Members.Version(version), _cancellation));
        Assert.Equal(taken ? 2 : 1, (await table.ReadAllAsync(_cancellation)).Members.Count);
    }

    [Fact]
    public async Task UpdateRow_WithAnOldTag_ChangesNothing()
    {
        var table = Open();
        var entry = Members.Entry(1, SiloStatus.Joining);
        await table.InsertRowAsync(entry, Members.Version(1), _cancellation);
        string tag = (await table.ReadRowAsync(entry.SiloAddress, _cancellation)).TryGet(entry.SiloAddress)!.Item2;
        entry.Status = SiloStatus.Active;
        Assert.True(await table.UpdateRowAsync(entry, tag, Members.Version(2), _cancellation));

        entry.Status = SiloStatus.Dead;

        Assert.False(await table.UpdateRowAsync(entry, tag, Members.Version(3), _cancellation));
        Assert.Equal(SiloStatus.Active, (await table.ReadAllAsync(_cancellation)).TryGet(entry.SiloAddress)!.Item1.Status);
    }

    [Fact]
    public async Task UpdateIAmAlive_MovesNoVersionAndOutdatesNoTag()
    {
        var table = Open();
        var entry = Members.Entry(1, SiloStatus.Active);
        await table.InsertRowAsync(entry, Members.Version(1), _cancellation);
        string tag = (await table.ReadAllAsync(_cancellation)).TryGet(entry.SiloAddress)!.Item2;
        entry.IAmAliveTime = Members.Start.AddHours(1);

        await table.UpdateIAmAliveAsync(entry, _cancellation);

        var read = await table.ReadAllAsync(_cancellation);
        Assert.Equal((1, Members.Start.AddHours(1)), (read.Version.Version, read.TryGet(entry.SiloAddress)!.Item1.IAmAliveTime));
        Assert.True(await table.UpdateRowAsync(entry, tag, Members.Version(2), _cancellation));
    }

    [Fact]
    public async Task InsertRow_ManyAtOnce_LosesNone()
    {
        const int Silos = 12;

        await Task.WhenAll(Enumerable.Range(1, Silos).Select(i => Task.Run(async () =>
        {
            var table = Open();
            while (!await table.InsertRowAsync(Members.Entry(i, SiloStatus.Active), (await table.ReadAllAsync(_cancellation)).Version.Next(), _cancellation))
            {
            }
        })));

        var all = await Open().ReadAllAsync(_cancellation);
        Assert.Equal((Silos, Silos), (all.Version.Version, all.Members.Count));
    }

    [Fact]
    public async Task Cleanup_TakesOldSilosThatAreNotActive()
    {
        var table = Open();
        foreach (var (i, status) in ((int, SiloStatus)[])[(1, SiloStatus.Active), (2, SiloStatus.Dead), (3, SiloStatus.Joining)])
        {
            Assert.True(await table.InsertRowAsync(Members.Entry(i, status), Members.Version(i), _cancellation));
        }

        await table.CleanupDefunctSiloEntriesAsync(Members.Start.AddMinutes(1), _cancellation);

        Assert.Equal([Members.Address(1)], (await table.ReadAllAsync(_cancellation)).Members.Select(m => m.Item1.SiloAddress));
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("null")]
    [InlineData("[]")]
    public async Task ReadAll_AnotherKindOfFile_SaysSo(string content)
    {
        await File.WriteAllTextAsync(Path, content, _cancellation);

        await Assert.ThrowsAsync<InvalidDataException>(() => Open().ReadAllAsync(_cancellation));
    }

    private string Path => System.IO.Path.Combine(_folder.Path, "members.json");

    private FileMembershipTable Open() => new(new MembershipFile(Path, TimeProvider.System));
}
