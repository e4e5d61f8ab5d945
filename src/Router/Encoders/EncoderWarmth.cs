using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Encoders;

/// <summary>
/// Keeps encoders open on as many hosts as the catalogue wants, on those that are asked for them first, so that no caller waits for an opening. Each router does so; a host that has one
/// open already has nothing to do.
/// </summary>
internal sealed partial class EncoderWarmth(ICatalogueSource catalogue, IEncoderBackend encoders, TimeProvider time, ILogger<EncoderWarmth> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    /// <summary>A host may have closed it for another, or started again under its name.</summary>
    private static readonly TimeSpan AskedAgain = TimeSpan.FromSeconds(30);

    /// <summary>When each was last open, by revision and host.</summary>
    private readonly Dictionary<(string Revision, string Host), long> _open = [];

    /// <summary>What was told of encoders that can't be opened, by their names.</summary>
    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await LookAsync(stoppingToken);
            await Task.Delay(Period, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Once: one after the other, since an opening takes the cores of a host.</summary>
    internal async Task LookAsync(CancellationToken stop)
    {
        var wanted = catalogue.Current.Encoders.Where(e => e.Replicas > 0).SelectMany(e => encoders.KeepersOf(e, e.Replicas).Select(host => (Encoder: e, Host: host))).ToArray();
        var keys = wanted.Select(w => (w.Encoder.Revision, w.Host)).ToHashSet();
        foreach (var gone in _open.Keys.Where(key => !keys.Contains(key)).ToArray())
        {
            _open.Remove(gone);
        }

        foreach (var (encoder, host) in wanted.Where(w => !_open.TryGetValue((w.Encoder.Revision, w.Host), out long at) || time.GetElapsedTime(at) >= AskedAgain))
        {
            await OpenAsync(encoder, host, stop);
        }
    }

    private async Task OpenAsync(PreparedEncoder encoder, string host, CancellationToken stop)
    {
        try
        {
            await encoders.OpenAsync(encoder, host, stop);
            _open[(encoder.Revision, host)] = time.GetTimestamp();
            _told.Remove(encoder.Name);
        }
        catch (Exception error) when (stop.IsCancellationRequested && error is OperationCanceledException or RequestFailedException)
        {
            // Another router does it.
        }
        catch (RequestFailedException error)
        {
            _open.Remove((encoder.Revision, host));
            if (_told.GetValueOrDefault(encoder.Name) != error.Failure.Message)
            {
                _told[encoder.Name] = error.Failure.Message;
                LogFailed(log, encoder.Name, host, error.Failure.Message);
            }
        }
    }

    [LoggerMessage(3731, LogLevel.Warning, "Encoder {Encoder} can't be kept open on host {Host}: {Reason}; it is tried again")]
    private static partial void LogFailed(ILogger log, string encoder, string host, string reason);
}
