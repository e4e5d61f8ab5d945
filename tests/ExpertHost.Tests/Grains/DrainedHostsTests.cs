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
    public async Task Contains_HostThatIsToDrain_FollowsTheStateOnceASecond()
    {
        Assert.False(await _drained.ContainsAsync("a"));
        _desired.Script.State = DesiredState.Empty with { Version = 1, DrainedHosts = ["a"] };
        Assert.False(await _drained.ContainsAsync("a"));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(await _drained.ContainsAsync("a"));
        Assert.False(await _drained.ContainsAsync("b"));
        Assert.Equal(2, _desired.Script.Asked);
    }

    /// <summary>A store that is down must not take drained hosts back into service.</summary>
    [Fact]
    public async Task Contains_StateOutOfReach_HoldsWhatWasKnown()
    {
        _desired.Script.State = DesiredState.Empty with { Version = 1, DrainedHosts = ["a"] };
        Assert.True(await _drained.ContainsAsync("a"));
        _desired.Script.State = null;

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.True(await _drained.ContainsAsync("a"));
    }
}
