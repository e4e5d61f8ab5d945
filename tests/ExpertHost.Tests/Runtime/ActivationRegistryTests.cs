using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Tests.Support;

namespace ExpertCluster.ExpertHost.Tests.Runtime;

public sealed class ActivationRegistryTests
{
    private readonly ActivationRegistry _registry = new();

    [Fact]
    public void Find_ExpertUnderSeveralEpochs_IsOnlyTheOneThatLives()
    {
        _registry.Add(Activations.Of("law", epoch: 1));
        var current = Activations.Of("law", epoch: 2);
        _registry.Add(current);

        Assert.Null(_registry.Find("law", 1));
        Assert.Same(current, _registry.Find("law", 2));
        Assert.Null(_registry.Find("tax", 2));
        Assert.Same(current, Assert.Single(_registry.All));
    }

    [Fact]
    public void Find_TwoReplicasOfAnExpert_EachUnderItsEpoch()
    {
        var first = Activations.Of("law", epoch: 1, replica: 0);
        var second = Activations.Of("law", epoch: 2, replica: 1);
        _registry.Add(first);
        _registry.Add(second);

        Assert.Same(first, _registry.Find("law", 1));
        Assert.Same(second, _registry.Find("law", 2));
        _registry.Remove(first);
        Assert.Null(_registry.Find("law", 1));
        Assert.Same(second, _registry.Find("law", 2));
    }

    [Fact]
    public void Remove_AnOlderActivation_KeepsItsSuccessor()
    {
        var old = Activations.Of("law", epoch: 1);
        _registry.Add(old);
        _registry.Add(Activations.Of("law", epoch: 2));

        _registry.Remove(old);

        Assert.NotNull(_registry.Find("law", 2));
    }

    [Fact]
    public void Remove_Twice_IsNoMatter()
    {
        var activation = Activations.Of("law");
        _registry.Add(activation);

        _registry.Remove(activation);
        _registry.Remove(activation);

        Assert.Empty(_registry.All);
        Assert.Null(_registry.Find("law", 1));
    }

    [Fact]
    public async Task AddAndRemove_FromManyThreads_LosesNone()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(
            () =>
            {
                for (int i = 0; i < 100; i++)
                {
                    _registry.Add(Activations.Of($"e{thread}", epoch: i, replica: i));
                    if (i % 2 == 1)
                    {
                        _registry.Remove(_registry.Find($"e{thread}", i)!);
                    }
                }
            },
            TestContext.Current.CancellationToken)));

        Assert.Equal(400, _registry.All.Count());
        Assert.All(_registry.All, a => Assert.Same(a, _registry.Find(a.Replica.Expert, a.Replica.Epoch)));
    }

    /// <summary>By key: a look at each of them would need an enumerator.</summary>
    [Fact]
    public void Find_AmongManyThousands_AllocatesNothing()
    {
        for (int i = 0; i < 5000; i++)
        {
            _registry.Add(Activations.Of($"expert-{i}", epoch: i));
        }

        Assert.NotNull(_registry.Find("expert-4999", 4999));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            _registry.Find("expert-4999", i);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
