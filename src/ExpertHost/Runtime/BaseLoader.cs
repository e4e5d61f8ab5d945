using System.Threading.Channels;
using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.ExpertHost.Gating;
using Microsoft.Extensions.Primitives;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>
/// Loads the bases that every host runs when the process starts, so that an expert whose host died finds its base ready
/// on the next one. The host is ready when they are loaded. One that can't be loaded is told of, and the host serves the others; where there
/// is no other, the process ends with one sentence. One whose files can't be had just now is asked for until they come. A base that the catalogue gets later, or that this host is told to run, is
/// loaded as it comes; where that fails the log says so, and the host goes on with what it has. One that is run here no more, or whose content no recent
/// catalogue has, is let go.
/// </summary>
internal sealed partial class BaseLoader(
    ICatalogueSource catalogue,
    CatalogueHistory history,
    WantedBases wanted,
    BaseRegistry bases,
    ActivationRegistry activations,
    TokenGates gates,
    HostReadiness readiness,
    TimeProvider time,
    ILogger<BaseLoader> log) : BackgroundService
{
    /// <summary>Before a server is asked again that was away, after all the attempts that sources make themselves.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>One is enough: who reads it looks at all of the current catalogue.</summary>
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Open; of this class's own task.</summary>
    private readonly HashSet<(string Name, string Revision)> _loaded = [];

    /// <summary>What was told of bases that are not loaded, by their names.</summary>
    private readonly Dictionary<string, string> _told = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listening = ChangeToken.OnChange(() => catalogue.Changed, Look);
        wanted.Changed += Look;
        try
        {
            while (!await TryLoadFirstAsync(catalogue.Current, stoppingToken))
            {
                await Task.Delay(Pause, time, stoppingToken);
            }

            if (catalogue.Current.Bases.Any(b => b.Replicas is not null))
            {
                readiness.MarkWaiting();
                await wanted.ToldAsync(stoppingToken);
                await FollowAsync(stoppingToken);
            }

            readiness.MarkLoaded();
            await foreach (bool _ in _changes.Reader.ReadAllAsync(stoppingToken))
            {
                await FollowAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops; nothing is left to load.
        }
        finally
        {
            wanted.Changed -= Look;
        }
    }

    private void Look() => _changes.Writer.TryWrite(true);

    private async Task FollowAsync(CancellationToken cancellation)
    {
        var snapshot = catalogue.Current;
        LetGo(snapshot);
        foreach (string gone in _told.Keys.Where(name => snapshot.FindBase(name) is null).ToArray())
        {
            _told.Remove(gone);
        }

        if (!await TryLoadNewAsync(snapshot, cancellation))
        {
            await Task.Delay(Pause, time, cancellation);
            Look();
        }
    }

    /// <summary>What runs on a base that is let go runs on; the base is closed with the last of it.</summary>
    private void LetGo(CatalogueSnapshot snapshot)
    {
        var gone = bases.LetGo(one => snapshot.FindBase(one.Name) is { } entry && !wanted.Has(entry) || !history.HasBase(one.Name, one.Revision));
        if (gone.Count > 0)
        {
            activations.Sweep();
        }

        foreach (var one in gone)
        {
            _loaded.Remove((one.Name, one.Revision));
            LogLetGo(log, one.Name, one.Revision);
        }
    }

    /// <returns>False where files can't be had just now.</returns>
    private async Task<bool> TryLoadFirstAsync(CatalogueSnapshot snapshot, CancellationToken cancellation)
    {
        bool isWhole = true;
        List<CatalogueException> broken = [];
        foreach (var entry in snapshot.Bases.Where(b => b.Replicas is null && !IsLoaded(b)))
        {
            try
            {
                await LoadAsync(entry.Name, snapshot, cancellation);
            }
            catch (ContentException error)
            {
                Tell(entry.Name, Reason(entry.Name, error));
                isWhole = false;
            }
            catch (Exception error) when (error is not (OperationCanceledException or OutOfMemoryException))
            {
                broken.Add(error as CatalogueException ?? new CatalogueException(Reason(entry.Name, error), error));
                if (broken.Count == snapshot.Bases.Count)
                {
                    // There is nothing that this host could run.
                    throw new CatalogueException(string.Join("; ", broken.Select(b => b.Message)), broken[0]);
                }

                Tell(entry.Name, broken[^1].Message);
            }
        }

        return isWhole;
    }

    /// <inheritdoc cref="TryLoadFirstAsync"/>
    private async Task<bool> TryLoadNewAsync(CatalogueSnapshot snapshot, CancellationToken cancellation)
    {
        bool isWhole = true;
        foreach (var entry in snapshot.Bases.Where(wanted.Has))
        {
            try
            {
                await (IsLoaded(entry) ? OpenGateAsync(entry.Name, snapshot) : LoadAsync(entry.Name, snapshot, cancellation));
            }
            catch (ContentException error)
            {
                Tell(entry.Name, Reason(entry.Name, error));
                isWhole = false;
            }
            catch (Exception error) when (error is not (OperationCanceledException or OutOfMemoryException))
            {
                // Its experts fail by name until it can be loaded; they and the next change try again, or another host does.
                wanted.Fail(entry.Name);
                Tell(entry.Name, error is CatalogueException ? error.Message : Reason(entry.Name, error));
            }
        }

        return isWhole;
    }

    private bool IsLoaded(PreparedBase entry) => _loaded.Contains((entry.Name, Revisions.Of(entry.Folder)));

    /// <summary>Once, until it is another reason.</summary>
    private void Tell(string name, string reason)
    {
        if (_told.GetValueOrDefault(name) != reason)
        {
            _told[name] = reason;
            LogFailed(log, reason);
        }
    }

    private async Task LoadAsync(string name, CatalogueSnapshot snapshot, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        long start = time.GetTimestamp();

        // A host that is told to stop does not wait for the end of a file of gigabytes.
        var runtime = await bases.EnterAsync(name, snapshot).WaitAsync(cancellation);
        try
        {
            await OpenGateAsync(name, snapshot);
            _loaded.Add((name, runtime.Revision));
            _told.Remove(name);
            LogLoaded(log, name, (long)time.GetElapsedTime(start).TotalMilliseconds);
        }
        finally
        {
            runtime.Leave();
        }
    }

    /// <summary>Now, so that the first request at token scope waits for no file, and a gate that can't be used is told of before.</summary>
    private async Task OpenGateAsync(string name, CatalogueSnapshot snapshot) => (await gates.EnterAsync(name, snapshot.GateRevision))?.Leave();

    private static string Reason(string name, Exception error) => $"base {name} can't be loaded: {error.Message.ReplaceLineEndings(" ")}";

    [LoggerMessage(2201, LogLevel.Information, "Base {Base} loaded in {Milliseconds} ms")]
    private static partial void LogLoaded(ILogger log, string @base, long milliseconds);

    [LoggerMessage(2203, LogLevel.Information, "Base {Base} of revision {Revision} is let go")]
    private static partial void LogLetGo(ILogger log, string @base, string revision);

    [LoggerMessage(2202, LogLevel.Error, "{Reason}")]
    private static partial void LogFailed(ILogger log, string reason);
}
