using ExpertCluster.Catalogue.Snapshots;
using Microsoft.Extensions.Primitives;

namespace ExpertCluster.Catalogue.Tests.Snapshots;

public sealed class CatalogueHolderTests
{
    private readonly CatalogueHolder _holder = new(Catalogues.Version(1, "law"));

    [Fact]
    public void Swap_NewerOne_IsCurrentBeforeListenersAreTold()
    {
        var before = _holder.Current;
        CatalogueSnapshot? seen = null;
        _holder.Changed.RegisterChangeCallback(_ => seen = _holder.Current, null);
        var next = Catalogues.Version(2, "law", "tax");

        _holder.Swap(next);

        Assert.Same(next, _holder.Current);
        Assert.Same(next, seen);
        Assert.Equal(["law"], before.Experts.Select(e => e.Name));
    }

    [Fact]
    public void Changed_AfterASwap_IsAnotherToken()
    {
        var first = _holder.Changed;
        Assert.False(first.HasChanged);

        _holder.Swap(Catalogues.Version(2));

        Assert.True(first.HasChanged);
        Assert.False(_holder.Changed.HasChanged);
    }

    [Fact]
    public void OnChange_SeveralSwaps_TellsOfEach()
    {
        List<long> versions = [];
        using var listening = ChangeToken.OnChange(() => _holder.Changed, () => versions.Add(_holder.Current.Version));

        _holder.Swap(Catalogues.Version(2));
        _holder.Swap(Catalogues.Version(3));
        _holder.Swap(Catalogues.Version(9));

        Assert.Equal([2, 3, 9], versions);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(-5)]
    public void Swap_VersionThatDoesNotGrow_IsRefusedAndTellsNobody(long version)
    {
        var current = _holder.Current;
        var token = _holder.Changed;

        var error = Assert.Throws<ArgumentException>(() => _holder.Swap(Catalogues.Version(version)));

        Assert.Contains($"version {version} does not come after version 1", error.Message, StringComparison.Ordinal);
        Assert.Same(current, _holder.Current);
        Assert.False(token.HasChanged);
    }

    [Fact]
    public void Swap_ListenerThatFails_ComesOutAndKeepsNobodyElseFromBeingTold()
    {
        int told = 0;
        _holder.Changed.RegisterChangeCallback(_ => told++, null);
        _holder.Changed.RegisterChangeCallback(_ => throw new InvalidOperationException("mine"), null);
        _holder.Changed.RegisterChangeCallback(_ => told++, null);

        var error = Assert.Throws<AggregateException>(() => _holder.Swap(Catalogues.Version(2)));

        Assert.Equal("mine", Assert.Single(error.InnerExceptions).Message);
        Assert.Equal(2, told);
        Assert.Equal(2, _holder.Current.Version);
    }

    [Fact]
    public void Swap_FromAListener_IsToldToo()
    {
        List<long> versions = [];
        using var listening = ChangeToken.OnChange(
            () => _holder.Changed,
            () =>
            {
                versions.Add(_holder.Current.Version);
                if (_holder.Current.Version == 2)
                {
                    _holder.Swap(Catalogues.Version(3));
                }
            });

        _holder.Swap(Catalogues.Version(2));

        Assert.Equal([2, 3], versions);
        Assert.Equal(3, _holder.Current.Version);
    }

    [Fact]
    public async Task Swap_WhileManyRead_NeverGoesBackAndIsNeverHalf()
    {
        using var end = new CancellationTokenSource();
        Task[] readers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() => ReadUntil(end.Token), TestContext.Current.CancellationToken))];

        // Each version has the experts 1 to version.
        for (int version = 2; version <= 300; version++)
        {
            _holder.Swap(Catalogues.Version(version, [.. Enumerable.Range(1, version).Select(i => $"e{i}")]));
        }

        await end.CancelAsync();
        await Task.WhenAll(readers);
    }

    private void ReadUntil(CancellationToken end)
    {
        long last = 0;
        while (!end.IsCancellationRequested)
        {
            var snapshot = _holder.Current;
            Assert.True(snapshot.Version >= last);
            Assert.Equal(snapshot.Version, snapshot.Experts.Count);
            Assert.Equal(snapshot.Version, snapshot.ExpertsByName.Count);
            last = snapshot.Version;
        }
    }
}
