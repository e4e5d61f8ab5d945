using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Tests.Support;

namespace ExpertCluster.ExpertHost.Tests.Runtime;

public sealed class HostWorkTests : IAsyncLifetime
{
    private readonly HostParts _host;
    private readonly LogLines<HostWork> _log = new();
    private readonly HostWork _work;

    public HostWorkTests(SmallModels models)
    {
        _host = new HostParts(models);
        _work = new HostWork(_host.Activations, _log);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Close_RequestsOnTwoActivations_WaitsForBoth()
    {
        ExpertActivation[] activations = [await _host.LoadAsync("law"), await _host.LoadAsync("tax"), await _host.LoadAsync(SmallModels.Base)];
        Assert.True(activations[0].TryEnter() && activations[0].TryEnter() && activations[1].TryEnter());
        Assert.Equal(3, _work.Running);

        var closed = _work.CloseAsync();

        Assert.All(activations, a => Assert.False(a.TryEnter()));
        activations[0].Leave();
        activations[0].Leave();
        Assert.False(closed.IsCompleted);
        activations[1].Leave();
        await closed.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, _work.Running);
    }

    [Fact]
    public async Task Close_Nothing_IsDone() => await _work.CloseAsync().WaitAsync(TestContext.Current.CancellationToken);

    [Fact]
    public async Task Tell_BothEvents_HaveTheirOldNumbers()
    {
        Assert.True((await _host.LoadAsync("law")).TryEnter());

        _work.TellBegun();
        _work.TellTimeUp(9);

        Assert.Equal(
            [(2401, "Draining; 1 requests run"), (2402, "After 9 s of draining 1 requests still run; they are cut")], _log.Lines);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
