using ExpertCluster.Node.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Prometheus;

namespace ExpertCluster.Node.Security;

/// <summary>
/// Looks at the certificate files every few seconds. It compares contents: Kubernetes swaps a symbolic link to a folder, which
/// a watch on the files never sees.
/// </summary>
internal sealed partial class CertificateReload : IHostedService, IDisposable
{
    private static readonly Counter Reloads = Metrics.CreateCounter(
        MetricNames.TlsReloads, "Looks at the certificate files that found something: taken, or failed and the old ones kept.", ["result"]);

    // A process without a certificate of its own has no such series: a 0 would read as expired long ago.
    private static readonly Gauge Expiry = Metrics.CreateGauge(
        MetricNames.TlsCertificateExpiry,
        "When the certificate in use, or the first of its intermediates, expires, unix time.",
        new GaugeConfiguration { SuppressInitialValue = true });

    private readonly CertificateSource _source;
    private readonly TimeProvider _time;
    private readonly ILogger<CertificateReload> _log;
    private readonly TimeSpan _period;
    private System.Threading.ITimer? _timer;
    private string _lastFailure = "";

    public CertificateReload(CertificateSource source, TimeProvider time, ILogger<CertificateReload> log)
    {
        _source = source;
        _time = time;
        _log = log;
        _period = TimeSpan.FromSeconds(source.Options.ReloadSeconds);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Publish();
        _timer = _time.CreateTimer(static self => ((CertificateReload)self!).Look(), this, _period, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        List<string> failures = [];
        switch (_source.Refresh(failures))
        {
            case CertificateRefresh.Taken:
                Reloads.WithLabels("taken").Inc();
                _lastFailure = "";
                Publish();
                LogTaken(_log, _source.Current.Expiry);
                break;
            case CertificateRefresh.Failed:
                // Counted each time, so that an alert lasts as long as the fault; logged once.
                Reloads.WithLabels("failed").Inc();
                string failure = string.Join("; ", failures);
                if (failure != _lastFailure)
                {
                    _lastFailure = failure;
                    LogFailed(_log, failure);
                }

                break;
            default:
                _lastFailure = "";
                break;
        }

        // One look after the other, never two at once.
        _timer?.Change(_period, Timeout.InfiniteTimeSpan);
    }

    private void Publish()
    {
        if (_source.Current.Expiry is { } expiry)
        {
            Expiry.Set(expiry.ToUnixTimeSeconds());
        }
        else
        {
            Expiry.Unpublish();
        }
    }

    [LoggerMessage(4001, LogLevel.Information, "New certificates taken; ours expires {Expiry:u}")]
    private static partial void LogTaken(ILogger log, DateTimeOffset? expiry);

    [LoggerMessage(4002, LogLevel.Error, "The certificate files changed and can't be used; the old ones stay in use: {Reason}")]
    private static partial void LogFailed(ILogger log, string reason);
}
