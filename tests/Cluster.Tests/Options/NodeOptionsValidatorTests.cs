using ExpertCluster.Cluster.Options;

namespace ExpertCluster.Cluster.Tests.Options;

public sealed class NodeOptionsValidatorTests
{
    [Fact]
    public void Validate_Defaults_OnlyAsksForThePreparedFolder()
    {
        var failure = Assert.Single(Failures(new NodeOptions()));

        Assert.Contains("ExpertCluster:Prepared", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_SeveralWrong_NamesAllAtOnce()
    {
        var failures = Failures(new NodeOptions
        {
            Prepared = Path.GetTempPath(),
            HttpPort = 0,
            GrpcPort = 70_000,
            Primary = "router",
            Clustering = "redis",
            DrainSeconds = 0,
            BindAddress = "here",
        });

        string[] settings = ["BindAddress", "HttpPort", "GrpcPort", "Primary", "Clustering", "DrainSeconds"];
        Assert.Equal(settings.Length, failures.Count);
        Assert.All(settings.Zip(failures), pair => Assert.Contains($"ExpertCluster:{pair.First} ", pair.Second, StringComparison.Ordinal));
    }

    private static List<string> Failures(NodeOptions options) => [.. new NodeOptionsValidator().Validate(null, options).Failures ?? []];
}
