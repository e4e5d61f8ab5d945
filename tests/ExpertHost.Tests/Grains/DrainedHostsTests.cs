using ExpertCluster.Catalogue.Desired;
using ExpertCluster.ExpertHost.Grains;
using ExpertCluster.ExpertHost.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Orleans;

namespace ExpertCluster.ExpertHost.Tests.Grains;

public sealed class DrainedHostsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly (IGrainFactory Grains, ScriptedDesired Script) _desired = ScriptedDesired.Create();
    private readonly DrainedHosts _drained;

    public DrainedHostsTests() => _drained = new DrainedHosts(_desired.Grains, _time);

    [Fact]
    public void Contains_HostThatIsToDrain_FollowsTheStateOnceASecond()
    {
        Assert.False(_drained.Contains("a"));
        _desired.Script.State = DesiredState.Empty with { Version = 1, DrainedHosts = ["a"] };
        Assert.False(_drained.Contains("a"));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(_drained.Contains("a"));
        Assert.False(_drained.Contains("b"));
        Assert.Equal(2, _desired.Script.Asked);
    }

    /// <summary>A store that is down must not take drained hosts back into service.</summary>
    [Fact]
    public void Contains_StateOutOfReach_HoldsWhatWasKnown()
    {
        _desired.Script.State = DesiredState.Empty with { Version = 1, DrainedHosts = ["a"] };
        Assert.True(_drained.Contains("a"));
        _desired.Script.State = null;

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.True(_drained.Contains("a"));
    }

    /// <summary>Hosts report every second, whatever the store does.</summary>
    [Fact]
    public void Contains_StateThatIsSlow_IsNotWaitedForNorAskedTwice()
    {
        var slow = new TaskCompletionSource();
        _desired.Script.Until = slow.Task;

        for (int i = 0; i < 5; i++)
        {
            Assert.False(_drained.Contains("a"));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(1, _desired.Script.Asked);
        slow.SetResult();
    }
}
