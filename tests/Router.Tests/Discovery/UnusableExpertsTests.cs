using ExpertCluster.Fabric.Grains;
using ExpertCluster.Router.Discovery;
using ExpertCluster.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExpertCluster.Router.Tests.Discovery;

public sealed class UnusableExpertsTests
{
    private const string Law = "00000000000000aa";

    private readonly ManualTime _time = new();
    private readonly HostDirectory _hosts = new();
    private readonly UnusableExperts _unusable;

    public UnusableExpertsTests() => _unusable = new UnusableExperts(_hosts, _time, NullLogger<UnusableExperts>.Instance);

    [Fact]
    public void Add_CallFailed_HoldsUntilHostsHadTheTimeToReportIt()
    {
        _unusable.Add("law", Law, "its files");

        Assert.Equal("its files", _unusable.ReasonOf(Law));
        Assert.Null(_unusable.ReasonOf("00000000000000bb"));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(_unusable.ReasonOf(Law));
    }

    [Fact]
    public void Update_HostsReport_HoldsAsLongAsTheyDo()
    {
        Report(new HostReport { Name = "a", Failures = [Failure(Law)] });

        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("its files", _unusable.ReasonOf(Law));
        Assert.Equal(("law", "its files"), Assert.Single(_unusable.Reported).Value);
        Report(new HostReport { Name = "a" });
        Assert.Null(_unusable.ReasonOf(Law));
    }

    /// <summary>One host's disk is no reason to do without an expert.</summary>
    [Theory]
    [InlineData(false, null)]
    [InlineData(true, "its files")]
    public void Update_AnotherHostHasItInMemory_CanBeUsedUnlessThatOneDrains(bool draining, string? reason)
    {
        Report(new HostReport { Name = "a", Failures = [Failure(Law)] }, new HostReport { Name = "b", Warm = [RevisionId.Of(Law)], Draining = draining });

        Assert.Equal(reason, _unusable.ReasonOf(Law));
    }

    [Fact]
    public void Add_WithoutEnd_IsBounded()
    {
        for (int i = 0; i < 20_000; i++)
        {
            _unusable.Add($"e{i}", $"{i:x16}", "its files");
        }

        Assert.Null(_unusable.ReasonOf($"{19_999:x16}"));
        _time.Advance(TimeSpan.FromSeconds(5));
        _unusable.Update();
        _unusable.Add("law", Law, "its files");
        Assert.Equal("its files", _unusable.ReasonOf(Law));
    }

    private static ExpertFailure Failure(string revision) => new() { Expert = "law", Revision = revision, Reason = "its files" };

    private void Report(params HostReport[] hosts)
    {
        _hosts.Update(new ClusterView { Hosts = hosts }, _ => false);
        _unusable.Update();
    }
}
