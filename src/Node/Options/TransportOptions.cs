using ExpertCluster.Node.Settings;

namespace ExpertCluster.Node.Options;

/// <summary>
/// How connections are kept, renewed and bounded, and how long calls may last: configuration section "ExpertCluster:Transport".
/// Checked by <see cref="TransportOptionsValidator"/>.
/// </summary>
[Settings(Section)]
public sealed record TransportOptions
{
    public const string Section = SettingsSection.Root + ":Transport";

    private const int Hour = 3_600;
    private const int Day = 86_400;

    /// <summary>Silence after which a server asks an HTTP/2 client whether it is there. 0: never.</summary>
    // 1 is the server's own lower limit.
    [SettingRange(1, Day, OrZero = true, Unit = "seconds")]
    public double KeepAliveSeconds { get; init; } = 30;

    /// <summary>What a client gets to answer that; then its connection is closed.</summary>
    [SettingRange(1, Hour, Unit = "seconds")]
    public double KeepAliveTimeoutSeconds { get; init; } = 20;

    /// <summary>
    /// The same question, asked by a router of a host that it streams from: a host that hangs or vanished is noticed within
    /// this and <see cref="HostKeepAliveTimeoutSeconds"/>.
    /// </summary>
    [SettingRange(1, Hour, Unit = "seconds")]
    public double HostKeepAliveSeconds { get; init; } = 2;

    /// <summary>What a host gets to answer.</summary>
    [SettingRange(1, Hour, Unit = "seconds")]
    public double HostKeepAliveTimeoutSeconds { get; init; } = 2;

    /// <summary>Time until a router gives up connecting to a host, handshake included.</summary>
    [SettingRange(0.1, 60, Unit = "seconds")]
    public double HostConnectSeconds { get; init; } = 2;

    /// <summary>
    /// Age at which a server asks a client to move to a new connection (GOAWAY; running calls go on), so that clients spread over
    /// routers that came later, and certificates that rotated are shown. Each connection varies by up to 10 % either way. A new call that
    /// meets the request on the wire is not processed: most clients repeat it by themselves, some now and then end it as UNAVAILABLE or
    /// INTERNAL, and routers ask again. 0: never.
    /// </summary>
    [SettingRange(1, 7 * Day, OrZero = true, Unit = "seconds")]
    public double ConnectionMaxAgeSeconds { get; init; } = 1800;

    /// <summary>What calls get on a connection past its age; then it is cut. The default is longer than any capped call.</summary>
    [SettingRange(1, Day, Unit = "seconds")]
    public double ConnectionGraceSeconds { get; init; } = 660;

    /// <summary>Calls at once on one connection; clients open another one for more.</summary>
    [SettingRange(1, 10_000, Unit = "calls")]
    public int StreamsPerConnection { get; init; } = 256;

    /// <summary>
    /// How long a call may last at most, gRPC or HTTP. One without a deadline, or with a later one, gets this: a stream that nobody ends
    /// must end. The gRPC health service's `Watch` alone may last longer.
    /// </summary>
    [SettingRange(1, Day, Unit = "seconds")]
    public double MaxCallSeconds { get; init; } = 600;
}
