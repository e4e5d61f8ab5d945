using ExpertCluster.Node.Options;
using ExpertCluster.Node.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ExpertCluster.Node.Tests.Settings;

public sealed class SettingsReaderTests
{
    private const string Section = "ExpertCluster";

    [Fact]
    public void Read_NothingSet_GivesDefaultsToReaderAndServices()
    {
        var services = new ServiceCollection();

        var bound = Reader().Read(Configuration([]), services, "ExpertCluster:Router");

        Assert.Equal(new TransportOptions(), bound.Get<TransportOptions>());
        using var provider = services.BuildServiceProvider();
        Assert.Same(bound.Get<TlsOptions>(), provider.GetRequiredService<TlsOptions>());
    }

    /// <summary>A JSON file can hold one, and no path can.</summary>
    [Theory]
    [InlineData("ExpertCluster:Tls:CertificateFile", "c\0", "ExpertCluster:Tls:CertificateFile holds the character NUL")]
    [InlineData("ExpertCluster:Tls:ClientNames:0", "\0a", "ExpertCluster:Tls:ClientNames:0 holds the character NUL")]
    [InlineData("ExpertCluster:Transport:KeepAliveSeconds", "1\0", "ExpertCluster:Transport:KeepAliveSeconds holds the character NUL")]
    public void Read_TextWithNul_IsRefused(string key, string value, string failure) => Assert.Contains(
        failure, Assert.Throws<OptionsValidationException>(() => Reader().Read(Configuration([(key, value)]), new ServiceCollection())).Failures);

    [Fact]
    public void Read_SettingsOfAllKinds_AreTaken()
    {
        var bound = Reader().Read(
            Configuration([
                ("expertcluster:TRANSPORT:keepaliveseconds", "1.5"), ("ExpertCluster:Transport:StreamsPerConnection", "7"),
                ("ExpertCluster:Tls:PlainHttp", "True"), ("ExpertCluster:Tls:CertificateFile", "c"), ("ExpertCluster:Tls:KeyFile", "k"),
                ("ExpertCluster:Tls:ClientAuthorityFile", "a"), ("ExpertCluster:Tls:ClientNames:0", "a.b"), ("ExpertCluster:Tls:ClientNames:1", "b.c"),
            ]),
            new ServiceCollection());

        Assert.Equal((1.5, 7), (bound.Get<TransportOptions>().KeepAliveSeconds, bound.Get<TransportOptions>().StreamsPerConnection));
        Assert.True(bound.Get<TlsOptions>().PlainHttp);
        Assert.Equal(["a.b", "b.c"], bound.Get<TlsOptions>().ClientNames);
    }

    /// <summary>Sections, keys that are none, texts that are no numbers and numbers out of range: a start tells all of it.</summary>
    [Fact]
    public void Read_WrongInEveryWay_NamesAllAtOnce()
    {
        string[] failures = Failures(
            ("ExpertCluster:Transport:KeepAliveSecond", "5"),
            ("ExpertCluster:Tls:ReloadSeconds", "often"),
            ("ExpertCluster:Tls:KeyFile", "k"),
            ("ExpertCluster:Transport:StreamsPerConnection", "0"));

        Assert.Equal(
            [
                "ExpertCluster:Tls:CertificateFile must be set with KeyFile",
                "ExpertCluster:Tls:ReloadSeconds is 'often'; it must be a whole number, 1 to 3,600 seconds",
                "ExpertCluster:Transport:KeepAliveSecond is no setting; did you mean KeepAliveSeconds?",
                "ExpertCluster:Transport:StreamsPerConnection is 0; it must be 1 to 10000 calls",
            ],
            failures.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Transport:MaxCalSeconds", "Transport:MaxCalSeconds is no setting; did you mean MaxCallSeconds?")]
    [InlineData("TRANSPORT:MAXCALSECONDS", "Transport:MAXCALSECONDS is no setting; did you mean MaxCallSeconds?")]
    [InlineData("MaxCallSeconds", "MaxCallSeconds is no setting; did you mean ExpertCluster:Transport:MaxCallSeconds?")]
    [InlineData("Tls:MaxCallSeconds", "Tls:MaxCallSeconds is no setting; did you mean ExpertCluster:Transport:MaxCallSeconds?")]
    [InlineData("Transprt:MaxCallSeconds", "Transprt:MaxCallSeconds is no setting; did you mean ExpertCluster:Transport:MaxCallSeconds?")]
    [InlineData("Ruter:QueueLimit", "Ruter:QueueLimit is no setting; did you mean ExpertCluster:Router?")]
    [InlineData("Clustering:Fil", "Clustering:Fil is no setting; did you mean Clustering:File?")]
    [InlineData("HtpPort", "HtpPort is no setting; did you mean HttpPort?")]
    [InlineData("HttpPort:0", "HttpPort:0 is no setting; did you mean HttpPort?")]
    [InlineData("Tls:ClientName:0", "Tls:ClientName:0 is no setting; did you mean ClientNames?")]
    [InlineData("Tls:ClientNames:first", "Tls:ClientNames:first is no setting; did you mean ClientNames?")]
    [InlineData("Colour", "Colour is no setting")]
    [InlineData("Tls:Serves", "Tls:Serves is no setting")]
    public void Read_UnknownKey_IsRefusedWithTheNearestName(string key, string sentence) =>
        Assert.Equal("ExpertCluster:" + sentence, Assert.Single(Failures(($"ExpertCluster:{key}", "1")), failure => failure.Contains("no setting", StringComparison.Ordinal)));

    [Fact]
    public void Read_KeyOfAnyLength_IsAnswered()
    {
        string key = "ExpertCluster:" + new string('x', 1 << 20);

        Assert.Equal($"{key} is no setting", Assert.Single(Failures((key, "1"))));
    }

    [Theory]
    [InlineData("ExpertCluster:Router:Anything", "1")]
    [InlineData("ExpertCluster:Router:Deep:Er", "x")]
    [InlineData("EXPERTCLUSTER:ROUTER:MAXINFLIGHT", "x")]
    [InlineData("ExpertCluster:Transport", "")]
    [InlineData("ExpertCluster:Tls:ClientNames", "")]
    [InlineData("Logging:LogLevel:Default", "None")]
    public void Read_SectionOfAnotherProcessOrEmpty_IsLeftAlone(string key, string value) => Assert.Empty(Failures((key, value)));

    [Theory]
    [InlineData("HttpPort", "eighty", "HttpPort is 'eighty'; it must be a whole number, 1 to 65,535")]
    [InlineData("HttpPort", "", "HttpPort is ''; it must be a whole number, 1 to 65,535")]
    [InlineData("HttpPort", "80.5", "HttpPort is '80.5'; it must be a whole number, 1 to 65,535")]
    [InlineData("HttpPort", "99999999999", "HttpPort is '99999999999'; it must be a whole number, 1 to 65,535")]
    [InlineData("Transport:KeepAliveSeconds", "1,5,", "Transport:KeepAliveSeconds is '1,5,'; it must be a number, 0, or 1 to 86,400 seconds")]
    [InlineData("Transport:KeepAliveSeconds", "NaN", "Transport:KeepAliveSeconds is NaN; it must be 0, or 1 to 86400 seconds")]
    [InlineData("StopWithInput", "yes", "StopWithInput is 'yes'; it must be true or false")]
    [InlineData("Name", null, "Name has no value")]
    [InlineData("Tls:ClientNames", "router", "Tls:ClientNames is a list; name its elements: ExpertCluster:Tls:ClientNames:0, ExpertCluster:Tls:ClientNames:1 and so on")]
    [InlineData("LogFormat", "x\ny", "LogFormat is 'x y'; it must be one of text, json")]
    public void Read_ValueOfTheWrongKind_IsOneSentence(string key, string? value, string sentence) =>
        Assert.Equal("ExpertCluster:" + sentence, Assert.Single(Failures(($"ExpertCluster:{key}", value))));

    [Fact]
    public void Read_SetByTheEnvironment_NamesTheVariable()
    {
        const string Variable = "EXPERTCLUSTER__TRANSPORT__HOSTCONNECTSECONDS";
        Environment.SetEnvironmentVariable(Variable, "61");
        try
        {
            var configuration = new ConfigurationBuilder().AddInMemoryCollection(Needed).AddEnvironmentVariables().Build();

            Assert.Equal(
                [$"ExpertCluster:Transport:HostConnectSeconds is 61; it must be 0.1 to 60 seconds (set by {Variable})"],
                Failures(configuration));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    private static Dictionary<string, string?> Needed => new() { [$"{Section}:Prepared"] = Path.GetTempPath(), [$"{Section}:Clustering:File"] = "members.json" };

    private static string[] Failures(params (string Key, string? Value)[] settings) => Failures(Configuration(settings));

    private static string[] Failures(IConfiguration configuration)
    {
        try
        {
            _ = Reader().Read(configuration, new ServiceCollection(), "ExpertCluster:Router", "ExpertCluster:Tls");
            return [];
        }
        catch (OptionsValidationException error)
        {
            Assert.Equal(Section, error.OptionsName);
            return [.. error.Failures];
        }
    }

    private static IConfigurationRoot Configuration((string Key, string? Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(Needed)
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)))
        .Build();

    private static SettingsReader Reader() => new SettingsReader()
        .Add(new NodeOptionsValidator(), new NodeOptionsRules())
        .Add(new TransportOptionsValidator())
        .Add(new TlsOptionsValidator(), new TlsOptionsRules(NodeRole.Router));
}
