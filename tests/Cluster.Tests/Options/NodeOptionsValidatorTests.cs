using ExpertCluster.Cluster.Options;
using Microsoft.Extensions.Configuration;

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
            Clustering = "consul",
            DrainSeconds = 0,
            StallSeconds = 0,
            BindAddress = "here",
        });

        string[] settings = ["BindAddress", "HttpPort", "GrpcPort", "Primary", "Clustering", "DrainSeconds", "StallSeconds"];
        Assert.Equal(settings.Length, failures.Count);
        Assert.All(settings.Zip(failures), pair => Assert.Contains($"ExpertCluster:{pair.First} ", pair.Second, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("postgres")]
    public void Validate_SharedClustering_AsksForItsStoreAndAnAddress(string clustering)
    {
        var wrong = new NodeOptions { Prepared = Path.GetTempPath(), Clustering = clustering, Primary = "127.0.0.1:11111", AdvertisedAddress = "0.0.0.0" };

        string[] settings = ["Clustering:ConnectionString", "Primary", "AdvertisedAddress"];
        Assert.All(settings.Zip(Failures(wrong)), pair => Assert.Contains($"ExpertCluster:{pair.First} ", pair.Second, StringComparison.Ordinal));
        Assert.Equal(settings.Length, Failures(wrong).Count);
        Assert.Empty(Failures(wrong with { Primary = "", ConnectionString = "store", AdvertisedAddress = "10.0.0.7" }));
    }

    [Fact]
    public void Bind_ConnectionString_StandsBelowTheClusteringItBelongsTo()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ExpertCluster:Clustering"] = "redis",
            ["ExpertCluster:Clustering:ConnectionString"] = "store:6379",
        }).Build();

        var options = configuration.GetSection(NodeOptions.Section).Get<NodeOptions>()!;

        Assert.Equal(("redis", "store:6379"), (options.Clustering, options.ConnectionString));
    }

    private static List<string> Failures(NodeOptions options) => [.. new NodeOptionsValidator().Validate(null, options).Failures ?? []];
}
