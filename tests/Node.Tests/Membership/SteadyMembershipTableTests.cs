using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ExpertCluster.Node.Exit;
using ExpertCluster.Node.Membership;
using ExpertCluster.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace ExpertCluster.Node.Tests.Membership;

/// <summary>A store that comes late, refuses, or forgets.</summary>
public sealed class SteadyMembershipTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly ManualTime _time = new();
    private readonly FakeCluster _cluster = new();
    private readonly FakeStore _store = new();
    private readonly ClusterJoin _join = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Initialize_StoreComesLate_WaitsAndSaysWhatFor()
    {
        _store.FailuresToCome = 3;
        using var table = Open();

        var start = table.InitializeMembershipTableAsync(true, _cancellation);
        Assert.False(start.IsCompleted);
        Assert.Contains("waiting for the fake", _join.WaitsFor, StringComparison.Ordinal);
        while (!start.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        await start;
        Assert.DoesNotContain("waiting", _join.WaitsFor, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Initialize_StoreRefuses_EndsTheProcessWithItsSentence()
    {
        _store.FailuresToCome = 1;
        _store.Sentence = "the fake refuses";
        using var table = Open();

        var exit = await Assert.ThrowsAsync<FakeExit.Ended>(() => table.InitializeMembershipTableAsync(true, _cancellation));

        Assert.Equal((NodeExitCodes.Refused, "the fake refuses"), (exit.Code, exit.Message));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public async Task ReadAll_StoreWasEmptied_IsToldAgainWhatTheClusterKnows(int version)
    {
        using var table = Open();
        await FillAsync(table, version);
        File.Delete(StorePath);

        var told = await table.ReadAllAsync(_cancellation);

        Assert.True(told.Version.Version > version, $"version {told.Version.Version} would be taken by nobody");
        Assert.Equal(
            [(Members.Address(1), SiloStatus.Active), (Members.Address(2), SiloStatus.Active)],
            told.Members.Select(m => (m.Item1.SiloAddress, m.Item1.Status)).OrderBy(m => m.SiloAddress));
        Assert.Equal(told.ToString(), (await table.ReadAllAsync(_cancellation)).ToString());
    }

    [Fact]
    public async Task ReadAll_MemberDiedMeanwhile_IsNotToldAgain()
    {
        using var table = Open();
        await FillAsync(table, 5);
        _cluster.Know(6, (1, SiloStatus.Active), (2, SiloStatus.Dead));
        File.Delete(StorePath);

        var told = await table.ReadAllAsync(_cancellation);

        Assert.Equal([Members.Address(1)], told.Members.Select(m => m.Item1.SiloAddress));
    }

    /// <summary>Nodes tell each other who has joined, before they read the table again.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    public async Task ReadAll_MemberJoinedSinceTheLastRead_IsToldAgainToo(int version)
    {
        using var table = Open();
        await FillAsync(table, 2);
        _cluster.Know(version, (1, SiloStatus.Active), (2, SiloStatus.Active), (3, SiloStatus.Active));
        File.Delete(StorePath);

        var told = await table.ReadAllAsync(_cancellation);

        Assert.Equal(
            [(Members.Address(1), "host-1"), (Members.Address(2), "host-2"), (Members.Address(3), "host-3")],
            told.Members.Select(m => (m.Item1.SiloAddress, m.Item1.SiloName)).OrderBy(m => m.SiloAddress));
        Assert.All(told.Members, m => Assert.Equal(SiloStatus.Active, m.Item1.Status));
    }

    /// <summary>Somebody who knows less has told the emptied store, and its version is as new as what this node knows, or newer.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public async Task ReadAll_TableLacksThisNode_IsToldOfIt(int version)
    {
        using var table = Open(silo: 3);
        await FillAsync(table, version);
        _cluster.Know(2, (1, SiloStatus.Active), (2, SiloStatus.Active), (3, SiloStatus.Active));

        var told = await table.ReadAllAsync(_cancellation);

        Assert.True(told.Version.Version > version);
        Assert.Equal(SiloStatus.Active, told.TryGet(Members.Address(3))?.Item1.Status);
    }

    [Fact]
    public async Task ReadAll_TableSaysThisNodeIsDead_IsLeftAlone()
    {
        using var table = Open(silo: 2);
        await FillAsync(table, 4);
        var inner = new FileMembershipTable(new MembershipFile(StorePath, TimeProvider.System));
        var now = await inner.ReadAllAsync(_cancellation);
        var (entry, tag) = now.TryGet(Members.Address(2))!;
        entry.Status = SiloStatus.Dead;
        await inner.UpdateRowAsync(entry, tag, now.Version.Next(), _cancellation);

        Assert.Equal(SiloStatus.Dead, (await table.ReadAllAsync(_cancellation)).TryGet(Members.Address(2))?.Item1.Status);
    }

    [Fact]
    public async Task ReadAll_ManyNodesRepairAtOnce_AgreeAndLoseNobody()
    {
        var tables = Enumerable.Range(0, 6).Select(_ => Open()).ToList();
        await FillAsync(tables[0], 9);
        foreach (var table in tables)
        {
            await table.ReadAllAsync(_cancellation);
        }

        File.Delete(StorePath);
        var told = await Task.WhenAll(tables.Select(t => Task.Run(() => t.ReadAllAsync(_cancellation), _cancellation)));

        Assert.All(told, t => Assert.Equal(2, t.Members.Count));
        Assert.All(told, t => Assert.True(t.Version.Version > 9));
        tables.ForEach(t => t.Dispose());
    }

    [Fact]
    public async Task ReadAll_StoreIsDown_FailsAsItDoes()
    {
        using var table = Open();
        await FillAsync(table, 2);
        File.Delete(StorePath);
        Directory.CreateDirectory(StorePath);
        _store.FailuresToCome = 1;

        await Assert.ThrowsAnyAsync<Exception>(() => table.ReadAllAsync(_cancellation));
    }

    private string StorePath => Path.Combine(_folder.Path, "members.json");

    /// <summary>Two active members, at a version that the cluster knows.</summary>
    private async Task FillAsync(SteadyMembershipTable table, int version)
    {
        var inner = new FileMembershipTable(new MembershipFile(StorePath, TimeProvider.System));
        for (int silo = 1; silo <= 2; silo++)
        {
            await inner.InsertRowAsync(Members.Entry(silo, SiloStatus.Active), (await inner.ReadAllAsync(_cancellation)).Version.Next(), _cancellation);
        }

        while (await inner.ReadAllAsync(_cancellation) is var now && now.Version.Version < version)
        {
            await inner.UpdateRowAsync(now.Members[0].Item1, now.Members[0].Item2, now.Version.Next(), _cancellation);
        }

        await table.ReadAllAsync(_cancellation);
        _cluster.Know(Math.Max(2, version), (1, SiloStatus.Active), (2, SiloStatus.Active));
    }

    private SteadyMembershipTable Open(int silo = 1) => new(
        new FileMembershipTable(new MembershipFile(StorePath, new PatientTime())),
        _store,
        _join,
        new FakeSilo(Members.Address(silo)),
        new FakeExit(),
        new ServiceCollection().AddSingleton<IClusterMembershipService>(_cluster).BuildServiceProvider(),
        new FakeLifetime(),
        _time,
        NullLogger<SteadyMembershipTable>.Instance);

    /// <summary>Time in which no patience ends: on a busy machine, six who want one lock may each wait for long.</summary>
    private sealed class PatientTime : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }

    private sealed class FakeStore : IMembershipStore
    {
        public int FailuresToCome { get; set; }

        public string? Sentence { get; set; }

        public string Name => "the fake";

        public void Use(ISiloBuilder silo) => throw new NotSupportedException();

        public Task PrepareAsync(CancellationToken cancellation) =>
            FailuresToCome-- > 0 ? Task.FromException(new IOException("not there")) : Task.CompletedTask;

        public string? RefusalOf(Exception error) => Sentence;
    }

    private sealed class FakeCluster : IClusterMembershipService
    {
        public ClusterMembershipSnapshot CurrentSnapshot { get; private set; } = new(ImmutableDictionary<SiloAddress, ClusterMember>.Empty, MembershipVersion.MinValue);

        public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => throw new NotSupportedException();

        public void Know(int version, params (int Silo, SiloStatus Status)[] members) => CurrentSnapshot = new ClusterMembershipSnapshot(
            members.ToImmutableDictionary(m => Members.Address(m.Silo), m => new ClusterMember(Members.Address(m.Silo), m.Status, $"host-{m.Silo}")),
            new MembershipVersion(version));

        public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<bool> TryKill(SiloAddress siloAddress) => throw new NotSupportedException();
    }

    private sealed class FakeSilo(SiloAddress address) : ILocalSiloDetails
    {
        public string Name => "silo";

        public string ClusterId => "cluster";

        public string DnsHostName => "machine";

        public SiloAddress SiloAddress => address;

        public SiloAddress GatewayAddress => address;
    }

    private sealed class FakeExit : INodeExit
    {
        [DoesNotReturn]
        public void End(int code, string sentence = "") => throw new Ended(code, sentence);

        public sealed class Ended(int code, string sentence) : Exception(sentence)
        {
            public int Code { get; } = code;
        }
    }

    private sealed class FakeLifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
        }
    }
}
