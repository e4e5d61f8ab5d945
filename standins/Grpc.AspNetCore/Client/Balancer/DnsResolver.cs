using System.Globalization;
using System.Net;

namespace Grpc.Net.Client.Balancer;

/// <summary>Asks DNS, and not more often than every 15 s: after a failure every channel of a process asks again and again.</summary>
internal sealed class DnsResolver : PollingResolver
{
    private static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(15);

    private readonly string _host;
    private readonly int _port;
    private readonly TimeSpan _refreshInterval;
    private ITimer? _timer;
    private DateTimeOffset? _last;

    public DnsResolver(ResolverOptions options, TimeSpan refreshInterval)
        : base(options.ChannelOptions)
    {
        string target = options.Address.LocalPath.TrimStart('/');
        if (options.Address.Host.Length > 0)
        {
            throw new InvalidOperationException(
                $"The address '{options.Address}' names a DNS server. Only the system's resolver is supported: 'dns:///host:port'.");
        }
        if (target.Length == 0 || !Uri.TryCreate("dns://" + target, UriKind.Absolute, out Uri? parsed) || parsed.Host.Length == 0)
            throw new InvalidOperationException($"The address '{options.Address}' names no host. It must be like 'dns:///host:port'.");
        _host = parsed.IdnHost;
        _port = parsed.Port < 0 ? options.DefaultPort : parsed.Port;
        _refreshInterval = refreshInterval;
    }

    public override void Start(Action<ResolverResult> listener)
    {
        base.Start(listener);
        if (_refreshInterval != Timeout.InfiniteTimeSpan)
            _timer = Options.Time.CreateTimer(static resolver => ((DnsResolver)resolver!).Refresh(), this, _refreshInterval, _refreshInterval);
    }

    protected override async Task<IReadOnlyList<BalancerAddress>> ResolveAsync(CancellationToken cancellationToken)
    {
        if (_last is { } last && last + LeastInterval - Options.Time.GetUtcNow() is { Ticks: > 0 } wait)
            await Task.Delay(wait, Options.Time, cancellationToken).ConfigureAwait(false);
        IPAddress[] found = await Options.DnsLookup(_host, cancellationToken).ConfigureAwait(false);
        _last = Options.Time.GetUtcNow();
        // Certificates and virtual hosts go by the name, not by the address behind it.
        string name = string.Create(CultureInfo.InvariantCulture, $"{_host}:{_port}");
        return [.. found.Select(address => new BalancerAddress(address.ToString(), _port) { HostOverride = name })];
    }

    protected override void Dispose(bool disposing)
    {
        _timer?.Dispose();
        base.Dispose(disposing);
    }
}
