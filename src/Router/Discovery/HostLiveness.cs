using System.Collections.Concurrent;
using ExpertCluster.Cluster.Grains;
using ExpertCluster.Cluster.Placement;
using ExpertCluster.Router.Dispatch;

namespace ExpertCluster.Router.Discovery;

/// <summary>
/// Which hosts answer this router, by asking each for its health every second. It goes by neither grains nor membership: those
/// may be gone while the hosts are there, and the other way round. Monotonic time.
/// </summary>
internal sealed class HostLiveness(ClusterViewCache view, HostChannels channels, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>How long one answer holds: one that comes late on a busy machine must not cost a host its place.</summary>
    private static readonly TimeSpan Trust = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, long> _heard = new(StringComparer.Ordinal);

    /// <summary>Whether any host takes requests, as far as this router can tell.</summary>
    public bool AnyAlive => _heard.Values.Any(IsRecent);

    public bool IsAlive(string host) => _heard.TryGetValue(host, out long at) && IsRecent(at);

    /// <summary>Asks all hosts that are known now.</summary>
    public async Task AskAsync(CancellationToken cancellation)
    {
        var hosts = view.Current.Hosts;
        foreach (string gone in _heard.Keys.Except(hosts.Select(h => h.Name)).ToArray())
        {
            _heard.TryRemove(gone, out _);
        }

        await Task.WhenAll(hosts.Select(host => AskAsync(host, cancellation)));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            do
            {
                await AskAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops; nobody asks any more.
        }
    }

    private async Task AskAsync(HostReport host, CancellationToken cancellation)
    {
        if (await channels.AnswersAsync(host.Name, host.Address, Period, cancellation))
        {
            _heard[host.Name] = time.GetTimestamp();
        }
    }

    private bool IsRecent(long at) => time.GetElapsedTime(at) < Trust;
}
