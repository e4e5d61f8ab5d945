using System.Collections.Concurrent;
using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Telemetry;
using ExpertCluster.Router.Options;

namespace ExpertCluster.Router.Desired;

/// <summary>
/// Experts that nobody added and a request names: where the operator says from where such may come, the first request adds one and waits for it. There are so
/// many at most; the one that this router was asked for longest ago goes for a new one. What could not be had is not tried again for a while.
/// </summary>
internal sealed partial class OnDemandExperts(DesiredStates desired, ICatalogueSource catalogue, RouterOptions options, TimeProvider time, ILogger<OnDemandExperts> log)
{
    /// <summary>How changes name who asked for them.</summary>
    public const string By = "on demand";

    /// <summary>Loads at once: each may be a fetch of megabytes, and names cost a caller nothing.</summary>
    public const int MostLoads = 8;

    /// <summary>Names that are remembered not to be had.</summary>
    private const int MostMisses = 1_000;

    private static readonly TimeSpan MissTime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, Lazy<Task>> _loads = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _misses = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _asked = new(StringComparer.Ordinal);

    /// <summary>Returns at once for what the catalogue has, and where nothing may come by itself; whoever goes on finds what there is.</summary>
    /// <exception cref="RequestFailedException">Enough others are being loaded.</exception>
    public async ValueTask EnsureAsync(CompletionRequest request, CancellationToken cancellation)
    {
        if (options.OnDemand.Length == 0 || request.IsAuto)
        {
            return;
        }

        string name = request.Model;
        if (catalogue.Current.HasExpert(name))
        {
            if (desired.Current.Experts.TryGetValue(name, out var known) && known.OnDemand)
            {
                _asked[name] = time.GetTimestamp();
            }

            return;
        }

        if (!SpecNames.IsWellFormed(name) || IsMissed(name) || catalogue.Current.FindEncoder(name) is not null)
        {
            return;
        }

        if (_loads.Count >= MostLoads && !_loads.ContainsKey(name))
        {
            throw new RequestFailedException(FailureKind.Overloaded, $"{MostLoads} experts are being loaded on demand, as many as may be at once", "model");
        }

        var load = _loads.GetOrAdd(name, static (name, self) => new(() => self.LoadAsync(name)), this);
        await load.Value.WaitAsync(cancellation);
    }

    private async Task LoadAsync(string name)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        bool isAsked = false;
        try
        {
            // Not on the first caller's way: he may leave, and others wait.
            await Task.Yield();
            await MakeRoomAsync(patience.Token);
            long version = desired.Current.Version;
            if (!IsAddedBySomebody(name))
            {
                // A change that was cancelled, or not answered, may have been made all the same.
                isAsked = true;
                version = await desired.ChangeAsync(new ChangeRequest(new ApplyExpert(SpecOf(name)), By, "", 0), patience.Token);
            }

            var served = await catalogue.UntilAsync(c => c.DesiredVersion >= version && !c.Pending.Contains(name), patience.Token);
            if (served.Failures.FirstOrDefault(f => f.Name == name) is not { } failure)
            {
                _asked[name] = time.GetTimestamp();
                return;
            }

            LogMissed(log, name, failure.Reason);
        }
        catch (Exception error) when (error is RequestFailedException or OperationCanceledException)
        {
            LogMissed(log, name, OneLine.Of(error));
        }
        finally
        {
            _loads.TryRemove(name, out _);
        }

        Miss(name);
        if (isAsked)
        {
            await GiveUpAsync(name);
        }
    }

    /// <summary>By the admin API, and not served yet: it is waited for, not replaced.</summary>
    private bool IsAddedBySomebody(string name) => desired.Current.Experts.TryGetValue(name, out var known) && !known.OnDemand;

    private ExpertSpec SpecOf(string name) => new()
    {
        Name = name,
        Base = options.OnDemandBase,
        Adapter = options.OnDemand.Replace(RouterOptions.NamePlace, name, StringComparison.Ordinal),
        OnDemand = true,
    };

    /// <summary>What can't be had, or nobody prepares, leaves nothing behind.</summary>
    private async Task GiveUpAsync(string name)
    {
        try
        {
            await desired.ChangeAsync(new ChangeRequest(new RemoveExpert(name, OnlyOnDemand: true), By, "it can't be had", 0), CancellationToken.None);
        }
        catch (RequestFailedException error) when (error.Failure.Kind == FailureKind.UnknownModel)
        {
            // The change was not made, or another router took it back.
        }
        catch (RequestFailedException error)
        {
            LogMissed(log, name, error.Failure.Message);
        }
    }

    private async Task MakeRoomAsync(CancellationToken cancellation)
    {
        string[] known = [.. desired.Current.Experts.Values.Where(e => e.OnDemand).Select(e => e.Name)];
        foreach (string gone in _asked.Keys.Except(known, StringComparer.Ordinal))
        {
            _asked.TryRemove(gone, out _);
        }

        foreach (string oldest in known.OrderBy(name => _asked.GetValueOrDefault(name)).Take(known.Length - options.OnDemandLimit + 1))
        {
            await desired.ChangeAsync(new ChangeRequest(new RemoveExpert(oldest, OnlyOnDemand: true), By, "to make room", 0), cancellation);
        }
    }

    private bool IsMissed(string name) => _misses.TryGetValue(name, out long at) && time.GetElapsedTime(at) < MissTime;

    private void Miss(string name)
    {
        if (_misses.Count >= MostMisses)
        {
            foreach (var (old, at) in _misses)
            {
                if (time.GetElapsedTime(at) >= MissTime)
                {
                    _misses.TryRemove(old, out _);
                }
            }

            // All of them of the last minute: who asks for that many names gets what a restart would give.
            if (_misses.Count >= MostMisses)
            {
                _misses.Clear();
            }
        }

        _misses[name] = time.GetTimestamp();
    }

    [LoggerMessage(3102, LogLevel.Warning, "Expert {Name} can't be had on demand: {Reason}")]
    private static partial void LogMissed(ILogger log, string name, string reason);
}
