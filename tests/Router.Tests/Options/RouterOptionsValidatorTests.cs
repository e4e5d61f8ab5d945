using ExpertCluster.Node.Tests.Support;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Admission;
using ExpertCluster.Router.Options;

namespace ExpertCluster.Router.Tests.Options;

public sealed class RouterOptionsValidatorTests
{
    public static TheoryData<string, double, bool> Boundaries => SettingFailures.Boundaries<RouterOptions>();

    [Fact]
    public void Validate_Defaults_AreFine() => Assert.Empty(Failures(new RouterOptions()));

    /// <summary>What is allowed must also be taken by those whom it is for.</summary>
    [Theory]
    [MemberData(nameof(Boundaries))]
    public void Validate_LimitOfARange_IsTheLastThatIsAllowedAndIsTaken(string property, double value, bool allowed)
    {
        var options = SettingFailures.With(new RouterOptions(), property, value);

        Assert.Equal(allowed ? 0 : 1, Failures(options).Count);
        if (allowed)
        {
            new AdmissionGate(options).Dispose();
        }
    }

    [Fact]
    public void Validate_AllWrong_NamesAll()
    {
        var failures = Failures(new RouterOptions
        {
            MaxInFlight = 0,
            QueueLimit = 100_001,
            MaxRequestBytes = NodeGrpc.MessageBytes + 1,
            CandidateLimit = 17,
            GateFloor = 1.5,
            DispatchPatienceSeconds = double.NaN,
            Admin = "everybody",
            AdminHttpPort = 65_536,
            AdminGrpcPort = -1,
        });

        Assert.Equal(
            [
                "ExpertCluster:Router:MaxInFlight is 0; it must be 1 to 100000 requests",
                "ExpertCluster:Router:QueueLimit is 100001; it must be 0 to 100000 requests",
                "ExpertCluster:Router:MaxRequestBytes is 4194305; it must be 1024 to 4194304 bytes",
                "ExpertCluster:Router:CandidateLimit is 17; it must be 1 to 16 experts",
                "ExpertCluster:Router:GateFloor is 1.5; it must be 0 to 1",
                "ExpertCluster:Router:DispatchPatienceSeconds is NaN; it must be 0 to 600 seconds",
                "ExpertCluster:Router:Admin is 'everybody'; it must be one of off, local, on",
                "ExpertCluster:Router:AdminHttpPort is 65536; it must be 0, or 1 to 65535",
                "ExpertCluster:Router:AdminGrpcPort is -1; it must be 0, or 1 to 65535",
            ],
            failures);
    }

    [Theory]
    [InlineData(8090, 8090, "", "", "ExpertCluster:Router:AdminGrpcPort is 8090, and so is AdminHttpPort; each needs a port of its own")]
    [InlineData(0, 0, "too-short-secret", "/etc/token", "ExpertCluster:Router:AdminTokenFile and AdminToken are both set; one of them has the token")]
    [InlineData(0, 0, "short-secret", "", "ExpertCluster:Router:AdminToken must have 16 to 512 letters, digits and any of -._~+/= a token")]
    [InlineData(0, 0, "a secret of some words", "", "ExpertCluster:Router:AdminToken must have 16 to 512 letters, digits and any of -._~+/= a token")]
    [InlineData(0, 0, "", "/nowhere/token", "ExpertCluster:Router:AdminTokenFile '/nowhere/token' can't be read: /nowhere/token does not exist")]
    public void Rules_AdminThatCantBe_IsNamedWithoutTheToken(int http, int grpc, string token, string file, string failure) =>
        Assert.Equal([failure], SettingFailures.Of(new RouterOptions { AdminHttpPort = http, AdminGrpcPort = grpc, AdminToken = token, AdminTokenFile = file }, new RouterOptionsRules()));

    [Theory]
    [InlineData("https://chat.example.org", null)]
    [InlineData("http://localhost:3000", null)]
    [InlineData("*", null)]
    [InlineData("https://chat.example.org/", "has 'https://chat.example.org/'; an origin is http:// or https://, a host in lower case and its port, and nothing behind")]
    [InlineData("https://Chat.example.org", "has 'https://Chat.example.org'; an origin is")]
    [InlineData("https://chat.example.org:443", "has 'https://chat.example.org:443'; an origin is")]
    [InlineData("chat.example.org", "has 'chat.example.org'; an origin is")]
    [InlineData("file:///x", "has 'file:///x'; an origin is")]
    [InlineData("*|https://a.example", "has * and others; it stands alone, for all")]
    public void Rules_CorsOrigins_AreAsBrowsersWriteThem(string origins, string? problem)
    {
        var failures = SettingFailures.Of(new RouterOptions { CorsOrigins = origins.Split('|') }, new RouterOptionsRules());

        if (problem is null)
        {
            Assert.Empty(failures);
        }
        else
        {
            Assert.StartsWith($"ExpertCluster:Router:CorsOrigins {problem}", Assert.Single(failures), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Rules_MoreOriginsThanAreTaken_NamesTheLimit() => Assert.Equal(
        ["ExpertCluster:Router:CorsOrigins has 33 entries; at most 32 are taken"],
        SettingFailures.Of(new RouterOptions { CorsOrigins = [.. Enumerable.Range(0, 33).Select(i => $"http://h{i}")] }, new RouterOptionsRules()));

    [Fact]
    public void Rules_AdminPortsAndToken_AreFine() =>
        Assert.Empty(SettingFailures.Of(new RouterOptions { AdminHttpPort = 8090, AdminToken = new string('a', 16) }, new RouterOptionsRules()));

    /// <summary>A host takes whatever a router may take, and the plan beside it.</summary>
    [Fact]
    public void MaxRequestBytes_AtItsMost_LeavesRoomForThePlan()
    {
        double most = SettingFailures.Range<RouterOptions>(nameof(RouterOptions.MaxRequestBytes)).Most;

        Assert.InRange(NodeGrpc.HostMessageBytes, most + (1 << 20), double.MaxValue);
    }

    private static IReadOnlyList<string> Failures(RouterOptions options) => SettingFailures.Of(options, new RouterOptionsValidator());
}
