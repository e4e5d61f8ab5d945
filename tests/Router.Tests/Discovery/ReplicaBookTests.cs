using ExpertCluster.Fabric.Grains;
using ExpertCluster.Router.Discovery;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.Router.Tests.Discovery;

public sealed class ReplicaBookTests
{
    private const string Law = "00000000000000aa";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly HostDirectory _hosts = new();
    private readonly ReplicaBook _book;

    public ReplicaBookTests() => _book = new ReplicaBook(_hosts, _time);

    [Fact]
    public void Update_SeenAgain_IsSinceTheFirstLook()
    {
        Look(5, Warm("b"));
        Look(7, Warm("b"), Warm("a"));

        Assert.Equal([new("a", 7, true, ""), new("b", 5, true, "")], _book.Of(Law));
        Assert.Empty(_book.Of("00000000000000bb"));
    }

    [Fact]
    public void Update_LetGoAndReadAgain_IsSinceThen()
    {
        Look(5, Warm("a"));
        Look(6, new HostReport { Name = "a", Silo = "a1" });
        Assert.Empty(_book.Of(Law));

        Look(7, Warm("a"));
        Assert.Equal(7, Assert.Single(_book.Of(Law)).SinceUnixMs);
    }

    [Fact]
    public void Update_HostWasStartedAgain_IsSinceThen()
    {
        Look(5, Warm("a"));
        Look(6, Warm("a") with { Silo = "a2" });

        Assert.Equal(6, Assert.Single(_book.Of(Law)).SinceUnixMs);
    }

    [Fact]
    public void Update_FailureThenInMemory_IsOneReplicaSinceTheTurn()
    {
        Look(5, Failed("a", "its files"));
        Look(6, Failed("a", "its rank"));
        Assert.Equal([new("a", 5, false, "its rank")], _book.Of(Law));

        Look(7, Failed("a", "its rank") with { Warm = [RevisionId.Of(Law)] });
        Assert.Equal([new("a", 7, true, "")], _book.Of(Law));
    }

    [Fact]
    public void Update_BaseIsLoaded_IsAReplicaOfTheBaseAlone()
    {
        Look(5, new HostReport { Name = "a", BaseRevisions = [Law], Warm = [RevisionId.Of(Law)] });

        Assert.Equal([new("a", 5, true, "")], _book.Of(Law));
    }

    private static HostReport Warm(string name) => new() { Name = name, Silo = name + "1", Warm = [RevisionId.Of(Law)] };

    private static HostReport Failed(string name, string reason) =>
        new() { Name = name, Silo = name + "1", Failures = [new ExpertFailure { Expert = "law", Revision = Law, Reason = reason }] };

    private void Look(long unixMs, params HostReport[] hosts)
    {
        _time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(unixMs));
        _hosts.Update(new ClusterView { Hosts = hosts }, _ => false);
        _book.Update();
    }
}
