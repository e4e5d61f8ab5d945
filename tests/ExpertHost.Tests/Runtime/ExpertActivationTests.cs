using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.ExpertHost.Tests.Runtime;

public sealed class ExpertActivationTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Drain_WhileOneRuns_RefusesNewAndWaits()
    {
        var activation = Activation("law", 1);
        Assert.True(activation.TryEnter());

        var drained = activation.DrainAsync();

        Assert.False(activation.TryEnter());
        Assert.False(drained.IsCompleted);
        activation.Leave();
        await drained.WaitAsync(_cancellation);
        Assert.Equal(0, activation.Running);
    }

    [Fact]
    public async Task Drain_Idle_CompletesAtOnce() => await Activation("law", 1).DrainAsync().WaitAsync(_cancellation);

    [Fact]
    public void Find_ExpertUnderSeveralEpochs_IsOnlyTheOneThatLives()
    {
        var registry = new ActivationRegistry();
        registry.Add(Activation("law", epoch: 1));
        var current = Activation("law", epoch: 2);
        registry.Add(current);

        Assert.Null(registry.Find("law", 1));
        Assert.Same(current, registry.Find("law", 2));
        Assert.Null(registry.Find("tax", 2));
    }

    [Fact]
    public void Remove_AnOlderActivation_KeepsItsSuccessor()
    {
        var registry = new ActivationRegistry();
        var old = Activation("law", epoch: 1);
        registry.Add(old);
        registry.Add(Activation("law", epoch: 2));

        registry.Remove(old);

        Assert.NotNull(registry.Find("law", 2));
    }

    private static ExpertActivation Activation(string expert, long epoch) =>
        new(new ExpertReplica { Expert = expert, Host = "a", Epoch = epoch }, runtime: null!, adapter: null);
}
