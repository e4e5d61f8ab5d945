using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Cli.Running;
using Microsoft.Extensions.Time.Testing;
using Prometheus;

namespace ExpertCluster.Cli.Tests.Running;

public sealed class CountedKeeperTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1000));
    private readonly KeeperMetrics _metrics;
    private readonly ScriptedKeeper _keeper = new();
    private readonly CountedKeeper _counted;

    public CountedKeeperTests()
    {
        _metrics = new KeeperMetrics(Metrics.WithCustomRegistry(Metrics.NewCustomRegistry()), _time);
        _counted = new CountedKeeper(_keeper, _metrics);
    }

    [Fact]
    public void Prepare_WhateverComesOfIt_IsCounted()
    {
        _keeper.Next = () => true;
        Assert.True(_counted.Prepare(DesiredState.Empty, isFileNew: true, CancellationToken.None));
        _keeper.Next = () => false;
        Assert.False(_counted.Follow(DesiredState.Empty, isFileNew: false, CancellationToken.None));
        Assert.Equal((1, 1, 0, 1000), (Count("changed"), Count("same"), _metrics.Failing.Value, _metrics.LastSuccess.Value));

        _time.Advance(TimeSpan.FromSeconds(5));
        _keeper.Next = () => throw new CatalogueException("experts.yaml: line 1");
        Assert.Throws<CatalogueException>(() => _counted.Follow(DesiredState.Empty, isFileNew: true, CancellationToken.None));

        Assert.Equal((1, 1, 1000), (Count("failed"), _metrics.Failing.Value, _metrics.LastSuccess.Value));
        Assert.Equal(3, _metrics.PreparationSeconds.Count);

        _keeper.Next = () => false;
        _counted.Follow(DesiredState.Empty, isFileNew: true, CancellationToken.None);
        Assert.Equal((0, 1005), (_metrics.Failing.Value, _metrics.LastSuccess.Value));
    }

    /// <summary>Who stops has not failed.</summary>
    [Fact]
    public void Prepare_Stopped_IsNoFailure()
    {
        _keeper.Next = () => throw new OperationCanceledException();

        Assert.Throws<OperationCanceledException>(() => _counted.Prepare(DesiredState.Empty, isFileNew: true, CancellationToken.None));

        Assert.Equal((0, 0), (Count("failed"), _metrics.Failing.Value));
    }

    [Fact]
    public async Task Publish_DoneOrNot_IsCounted()
    {
        await _metrics.PublishAsync(() => Task.CompletedTask);
        await Assert.ThrowsAsync<InvalidDataException>(() => _metrics.PublishAsync(() => Task.FromException(new InvalidDataException("503"))));
        await Assert.ThrowsAsync<OperationCanceledException>(() => _metrics.PublishAsync(() => throw new OperationCanceledException()));

        Assert.Equal((1, 1), (_metrics.Publications.WithLabels("done").Value, _metrics.Publications.WithLabels("failed").Value));
    }

    private double Count(string outcome) => _metrics.Preparations.WithLabels(outcome).Value;

    private sealed class ScriptedKeeper : ICatalogueKeeper
    {
        public Func<bool> Next { get; set; } = () => false;

        public string Output => "";

        public Task More => Task.CompletedTask;

        public DesiredState Last() => DesiredState.Empty;

        public void Forget()
        {
        }

        public bool Follow(DesiredState desired, bool isFileNew, CancellationToken cancellation) => Next();

        public bool Prepare(DesiredState desired, bool isFileNew, CancellationToken cancellation) => Next();
    }
}
