using ExpertCluster.Node.Options;

namespace ExpertCluster.Node.Tests.Options;

public sealed class TransportOptionsTests
{
    [Fact]
    public void Validate_DefaultsAndZeros_AreFine()
    {
        Assert.Empty(TransportOptions.Validate(new TransportOptions()));
        Assert.Empty(TransportOptions.Validate(new TransportOptions { KeepAliveSeconds = 0, ConnectionMaxAgeSeconds = 0 }));
    }

    [Fact]
    public void Validate_AllWrong_NamesAll()
    {
        var failures = TransportOptions.Validate(new TransportOptions
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
            "KeepAliveSeconds", "KeepAliveTimeoutSeconds", "HostKeepAliveSeconds", "HostKeepAliveTimeoutSeconds", "HostConnectSeconds",
            "ConnectionMaxAgeSeconds", "ConnectionGraceSeconds", "StreamsPerConnection", "MaxCallSeconds",
        ];
        Assert.Equal(settings.Order(), failures.Select(f => f["ExpertCluster:Transport:".Length..f.IndexOf(' ', StringComparison.Ordinal)]).Order());
    }
}
