using ExpertCluster.Node.Options;
using ExpertCluster.Node.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace ExpertCluster.Node.Tests.Options;

public sealed class NodeOptionsValidatorTests
{
    public static TheoryData<string, double, bool> Boundaries => SettingFailures.Boundaries<NodeOptions>();

    [Fact]
    public void Validate_Defaults_AskForThePreparedFolderAndTheMembershipFile()
    {
        string[] settings = ["Prepared", "Clustering:File"];

        Assert.All(settings.Zip(Failures(new NodeOptions())), pair => Assert.StartsWith($"ExpertCluster:{pair.First} ", pair.Second, StringComparison.Ordinal));
        Assert.Equal(settings.Length, Failures(new NodeOptions()).Count);
    }

    [Theory]
    [InlineData("https://files.test/catalogue/", true)]
    [InlineData("http://files.test/catalogue", true)]
    [InlineData("s3://models/catalogue", true)]
    [InlineData("hf://org/repo", false)]
    [InlineData("https:/files.test/catalogue", false)]
    [InlineData("/no/such/folder", false)]
    [InlineData("", false)]
    public void Validate_Prepared_IsAFolderOrWhereOneIsPublished(string prepared, bool allowed) =>
        Assert.Equal(allowed, Failures(new NodeOptions { Prepared = prepared, MembershipFile = "members.json" }).Count == 0);

    [Theory]
    [MemberData(nameof(Boundaries))]
    public void Validate_LimitOfARange_IsTheLastThatIsAllowed(string property, double value, bool allowed) => Assert.Equal(
        allowed ? 0 : 1,
        Failures(SettingFailures.With(new NodeOptions { Prepared = Path.GetTempPath(), MembershipFile = "members.json" }, property, value)).Count);

    [Fact]
    public void Validate_SeveralWrong_NamesAllAtOnce()
    {
        var failures = Failures(new NodeOptions
        {
            Name = "a,b",
            Prepared = Path.GetTempPath(),
            HttpPort = 0,
            GrpcPort = 70_000,
            Clustering = "consul",
            DrainSeconds = 0,
            StallSeconds = 0,
            BindAddress = "here",
            AdvertisedAddress = "there",
            LogFormat = "xml",
        });

        string[] settings =
        [
            "Name must have 1 to 128 characters, no comma",
            "HttpPort is 0; it must be 1 to 65535",
            "GrpcPort is 70000; it must be 1 to 65535",
            "Clustering is 'consul'; it must be one of localhost, redis, postgres",
            "LogFormat is 'xml'; it must be one of text, json",
            "DrainSeconds is 0; it must be 1 to 3600 seconds",
            "StallSeconds is 0; it must be 1 to 3600 seconds",
            "BindAddress 'here' is not an IP address",
            "AdvertisedAddress 'there' is not an IP address",
        ];
        Assert.Equal(settings.Select(setting => "ExpertCluster:" + setting), failures);
    }

    [Theory]
    [InlineData("redis", "store:6379")]
    [InlineData("postgres", "Host=store;Database=orleans")]
    public void Validate_SharedClustering_AsksForItsStoreAndAnAddress(string clustering, string store)
    {
        var wrong = new NodeOptions { Prepared = Path.GetTempPath(), Clustering = clustering, MembershipFile = "members.json", AdvertisedAddress = "0.0.0.0" };

        string[] settings = ["Clustering:File", "Clustering:ConnectionString", "AdvertisedAddress"];
        Assert.All(settings.Zip(Failures(wrong)), pair => Assert.Contains($"ExpertCluster:{pair.First} ", pair.Second, StringComparison.Ordinal));
        Assert.Equal(settings.Length, Failures(wrong).Count);
        Assert.Empty(Failures(wrong with { MembershipFile = "", ConnectionString = store, AdvertisedAddress = "10.0.0.7" }));
    }

    [Theory]
    [InlineData("redis", "store,secretword=yes")]
    [InlineData("redis", "store,password=secretword,connectTimeout=soon")]
    [InlineData("postgres", "store:5432/secretword")]
    [InlineData("postgres", "Host=store;Passwort=secretword")]
    [InlineData("postgres", "Host=store;Password=secretword;Port=none")]
    public void Validate_ConnectionStringThatCannotBeRead_IsNamedAndNotRepeated(string clustering, string store)
    {
        var options = new NodeOptions { Prepared = Path.GetTempPath(), Clustering = clustering, ConnectionString = store, AdvertisedAddress = "10.0.0.7" };

        string failure = Assert.Single(Failures(options));

        Assert.StartsWith("ExpertCluster:Clustering:ConnectionString can't be read", failure, StringComparison.Ordinal);
        Assert.DoesNotContain("secretword", failure, StringComparison.Ordinal);
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

    private static IReadOnlyList<string> Failures(NodeOptions options) =>
        SettingFailures.Of(options, new NodeOptionsValidator(), new NodeOptionsRules());
}
