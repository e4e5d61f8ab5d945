using ExpertCluster.Router.Discovery;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Router.Tests.Discovery;

public sealed class HostRefusalsTests
{
    private readonly ManualTime _time = new();
    private readonly HostRefusals _refusals;

    public HostRefusalsTests() => _refusals = new HostRefusals(_time);

    [Fact]
    public void Has_WithinASecond_IsThatHostAndThatRevision()
    {
        _refusals.Add("a", "1");

        Assert.True(_refusals.Has("a", "1"));
        Assert.False(_refusals.Has("b", "1") || _refusals.Has("a", "2"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_refusals.Has("a", "1"));
    }

    [Fact]
    public void Add_WithoutEnd_IsBoundedAndHeals()
    {
        for (int i = 0; i < 20_000; i++)
        {
            _refusals.Add("a", $"{i}");
        }

        Assert.False(_refusals.Has("a", "19999"));
        _time.Advance(TimeSpan.FromSeconds(1));
        _refusals.Add("a", "new");
        Assert.True(_refusals.Has("a", "new"));
    }
}
