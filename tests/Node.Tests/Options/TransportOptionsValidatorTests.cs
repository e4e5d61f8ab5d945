using ExpertCluster.Node.Options;
using ExpertCluster.Node.Tests.Support;
using ExpertCluster.Node.Transport;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ExpertCluster.Node.Tests.Options;

public sealed class TransportOptionsValidatorTests
{
    public static TheoryData<string, double, bool> Boundaries => SettingFailures.Boundaries<TransportOptions>();

    [Fact]
    public void Validate_Defaults_AreFine() => Assert.Empty(Failures(new TransportOptions()));

    /// <summary>What is allowed must also be taken by those whom it is for.</summary>
    [Theory]
    [MemberData(nameof(Boundaries))]
    public void Validate_LimitOfARange_IsTheLastThatIsAllowedAndIsTaken(string property, double value, bool allowed)
    {
        var options = SettingFailures.With(new TransportOptions(), property, value);

        Assert.Equal(allowed ? 0 : 1, Failures(options).Count);
        if (allowed)
        {
            KestrelLimits.Apply(new KestrelServerOptions(), options);
            PeerTransport.ForClient(options, new TlsOptions()).CreateHandler().Dispose();
        }
    }

    [Fact]
    public void Validate_AllWrong_NamesAll()
    {
        var failures = Failures(new TransportOptions
        {
            KeepAliveSeconds = 0.5,
            KeepAliveTimeoutSeconds = 0,
            HostKeepAliveSeconds = double.NaN,
            HostKeepAliveTimeoutSeconds = 0,
            HostConnectSeconds = 0,
            ConnectionMaxAgeSeconds = -1,
            ConnectionGraceSeconds = 0,
            StreamsPerConnection = 0,
            MaxCallSeconds = double.PositiveInfinity,
        });

        string[] settings =
        [
            "KeepAliveSeconds is 0.5; it must be 0, or 1 to 86400 seconds",
            "KeepAliveTimeoutSeconds is 0; it must be 1 to 3600 seconds",
            "HostKeepAliveSeconds is NaN; it must be 1 to 3600 seconds",
            "HostKeepAliveTimeoutSeconds is 0; it must be 1 to 3600 seconds",
            "HostConnectSeconds is 0; it must be 0.1 to 60 seconds",
            "ConnectionMaxAgeSeconds is -1; it must be 0, or 1 to 604800 seconds",
            "ConnectionGraceSeconds is 0; it must be 1 to 86400 seconds",
            "StreamsPerConnection is 0; it must be 1 to 10000 calls",
            "MaxCallSeconds is Infinity; it must be 1 to 86400 seconds",
        ];
        Assert.Equal(settings.Select(setting => "ExpertCluster:Transport:" + setting), failures);
    }

    private static IReadOnlyList<string> Failures(TransportOptions options) => SettingFailures.Of(options, new TransportOptionsValidator());
}
