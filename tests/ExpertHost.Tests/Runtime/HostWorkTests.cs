using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Tests.Support;

namespace ExpertCluster.ExpertHost.Tests.Runtime;

public sealed class HostWorkTests
{
    private readonly ActivationRegistry _registry = new();
    private readonly LogLines<HostWork> _log = new();
    private readonly HostWork _work;

    public HostWorkTests() => _work = new HostWork(_registry, _log);

    [Fact]
    public async Task Close_RequestsOnTwoActivations_WaitsForBoth()
    {
        ExpertActivation[] activations = [Activations.Of("law"), Activations.Of("tax"), Activations.Of("idle")];
        Array.ForEach(activations, _registry.Add);
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
    public void Tell_BothEvents_HaveTheirOldNumbers()
    {
        var law = Activations.Of("law");
        _registry.Add(law);
        Assert.True(law.TryEnter());

        _work.TellBegun();
        _work.TellTimeUp(9);

        Assert.Equal(
            [(2401, "Draining; 1 requests run"), (2402, "After 9 s of draining 1 requests still run; they are cut")], _log.Lines);
    }
}
