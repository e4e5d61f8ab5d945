using System.Collections.Concurrent;
using ExpertCluster.Node.Membership;
using ExpertCluster.Router.Suspects;

namespace ExpertCluster.Router.Discovery;

/// <summary>
/// Which hosts answer this router, by asking each for its health every second. It goes by neither grains nor membership: those
/// may be gone while the hosts are there, and the other way round. A host that says no, or whose port is closed, is out at once;
/// one that is silent only after a while, since a machine that is short of time makes everybody late. Monotonic time.
/// </summary>
internal sealed class HostLiveness(HostDirectory hosts, IHostMembers members, IHostProbe probe, SuspectBook suspects, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>How long one question waits. The next ones do not wait for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>How long an answer holds.</summary>
    private static readonly TimeSpan Trust = TimeSpan.FromSeconds(5);

    /// <summary>How long one that is silent, and has not said no, may yet come back: while no other host is there, requests wait for it, as long as their own patience lasts.</summary>
    private static readonly TimeSpan Hope = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, string> _addresses = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Sign> _signs = new(StringComparer.Ordinal);

    /// <summary>Whether any host takes requests, as far as this router can tell.</summary>
    public bool AnyAlive => _signs.Values.Any(IsAlive);

    /// <summary>
    /// Whether no host can take a request: none answers, none is silent for a moment only, and the membership has none that this router has not heard of yet, as
    /// it may right after a start or where the grain that gathers reports is lost.
    /// </summary>
    public bool NoneLeft => _signs.Values.All(IsOut) && members.Names.All(_signs.ContainsKey);

    public bool IsAlive(string host) => _signs.TryGetValue(host, out var sign) && IsAlive(sign);

    /// <summary>Asks all hosts that are known now.</summary>
    public async Task AskAsync(CancellationToken cancellation)
    {
        foreach (var host in hosts.Hosts)
        {
            _addresses[host.Name] = host.Address;
        }

        // A view may lack a host for a moment, when the grain that makes it has moved: a host that answers is there.
        var reported = hosts.Hosts.Select(h => h.Name).ToHashSet(StringComparer.Ordinal);
        foreach (string gone in _addresses.Keys.Where(name => !reported.Contains(name) && !IsAlive(name)).ToArray())
        {
            _addresses.TryRemove(gone, out _);
            _signs.TryRemove(gone, out _);
        }

        await Task.WhenAll(_addresses.Select(host => AskAsync(host.Key, host.Value, cancellation)));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            do
            {
                // Every host's answer is noted when it comes.
                _ = AskAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops; nobody asks any more.
        }
    }

    private async Task AskAsync(string host, string address, CancellationToken cancellation)
    {
        long asked = time.GetTimestamp();
        if (await probe.AskAsync(host, address, Patience, cancellation) is { } serves)
        {
            if (!serves && IsAlive(host))
            {
                suspects.LoseHost(host);
            }

            // Of two answers the one to the later question holds.
            _signs.AddOrUpdate(
                host,
                static (_, sign) => sign,
                static (_, known, sign) => known.Asked > sign.Asked ? known : sign,
                new Sign(asked, time.GetTimestamp(), serves));
        }
    }

    private bool IsOut(Sign sign) => !sign.Serves || time.GetElapsedTime(sign.Heard) >= Hope;

    private bool IsAlive(Sign sign) => sign.Serves && time.GetElapsedTime(sign.Heard) < Trust;

    private sealed record Sign(long Asked, long Heard, bool Serves);
}
