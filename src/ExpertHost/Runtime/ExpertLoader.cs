using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Inference.Adapters;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Node.Draining;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Telemetry;
using ExpertCluster.Text.Chat;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>Makes experts ready on this host, and lets them go.</summary>
internal sealed partial class ExpertLoader(
    BaseRegistry bases, AdapterFiles files, DrainState drain, NodeOptions node, UnusableExperts unusable, ILogger<ExpertLoader> log) : IDisposable
{
    /// <summary>
    /// Adapters that are compared and read at once. Hundreds may be asked for within a moment, and each computes for some milliseconds: all at once they would keep the
    /// thread pool from what must not wait, the silo's answers to its neighbours for instance, which would take this host for dead.
    /// </summary>
    public const int MostReads = 4;

    private readonly SemaphoreSlim _reads = new(MostReads);

    /// <param name="expert">Of the snapshot.</param>
    /// <param name="snapshot">That the caller's whole work goes by.</param>
    /// <exception cref="ExpertBusyException">The host drains, or can't load the expert now; the message says why.</exception>
    /// <exception cref="ExpertUnusableException">The expert's own content is the reason.</exception>
    public async Task<ExpertActivation> LoadAsync(PreparedExpert expert, CatalogueSnapshot snapshot)
    {
        var (runtime, adapter, template) = await OpenAsync(expert, snapshot, keep: false);
        LogLoaded(log, expert.Name, expert.Revision);
        return new ExpertActivation(expert, runtime, adapter, template);
    }

    /// <summary>Holds an expert in memory for as long as the catalogue wants it there, beside what requests do.</summary>
    /// <returns>Gives it up when disposed of.</returns>
    /// <inheritdoc cref="LoadAsync"/>
    public async Task<IDisposable> KeepAsync(PreparedExpert expert, CatalogueSnapshot snapshot)
    {
        var (runtime, adapter, _) = await OpenAsync(expert, snapshot, expert.Pinned);
        return new Keep(runtime, adapter);
    }

    /// <summary>Has an expert's files on this host for as long as a request needs them, where the engine is to read them again.</summary>
    /// <returns>Gives them back; null where nothing is needed: it reads none, or they stay anyway.</returns>
    /// <inheritdoc cref="LoadAsync"/>
    public async Task<IDisposable?> HoldAsync(ExpertActivation activation, CancellationToken cancellation)
    {
        if (files.Stay || activation.IsInMemory || activation.Prepared.Adapter is not { } folder)
        {
            return null;
        }

        try
        {
            return await files.HoldAsync(folder, AdapterOf(activation.Prepared), cancellation);
        }
        catch (Exception error) when (error is not (OperationCanceledException or OutOfMemoryException))
        {
            throw Refusal(activation.Prepared, error);
        }
    }

    /// <summary>New calls are refused at once; who has a lease keeps the adapter until the last of them ends.</summary>
    public void Unload(ExpertActivation activation) => activation.TryRetire(() =>
    {
        if (activation.Adapter is { } adapter)
        {
            activation.Runtime.Engine.Adapters.Unregister(adapter);
        }

        activation.Runtime.Leave();
        LogUnloaded(log, activation.Expert, activation.Revision);
    });

    /// <summary>An activation turned out to be of files that are no longer there, or no longer what they were.</summary>
    /// <returns>The reason, for callers.</returns>
    public string Fail(ExpertActivation activation, Exception error)
    {
        string reason = $"expert {activation.Expert} can't be loaded: its files on this host are not what they were when it was first read";
        if (unusable.Add(activation.Prepared, reason))
        {
            LogFailed(log, reason, OneLine.Of(error));
        }

        Unload(activation);
        return reason;
    }

    public void Dispose() => _reads.Dispose();

    /// <summary>The expert's base, entered, its adapter, and the adapter's own template.</summary>
    private async Task<(BaseRuntime Runtime, EngineAdapter? Adapter, FoundTemplate Template)> OpenAsync(PreparedExpert expert, CatalogueSnapshot snapshot, bool keep)
    {
        if (drain.Draining)
        {
            throw new ExpertBusyException($"host {node.Name} drains and loads nothing new", null);
        }

        if (unusable.ReasonOf(expert) is { } known)
        {
            throw new ExpertUnusableException(known);
        }

        try
        {
            var runtime = await bases.EnterAsync(expert.Base, snapshot);
            try
            {
                if (expert.Adapter is not { } folder)
                {
                    return (runtime, null, FoundTemplate.None);
                }

                var (adapter, template) = await RegisterAsync(expert, folder, runtime, keep);
                return (runtime, adapter, template);
            }
            catch
            {
                runtime.Leave();
                throw;
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw Refusal(expert, error);
        }
    }

    /// <summary>Whatever fails here is told to another process, which knows none of our exceptions: as one sentence.</summary>
    private Exception Refusal(PreparedExpert expert, Exception error)
    {
        string reason = $"expert {expert.Name} can't be loaded: {error.Message.ReplaceLineEndings(" ")}";
        if (error is not (CatalogueException or CheckpointException or ArgumentException))
        {
            return new ExpertBusyException(reason, error);
        }

        if (unusable.Add(expert, reason))
        {
            LogUnusable(log, reason);
        }

        return new ExpertUnusableException(reason);
    }

    private static string AdapterOf(PreparedExpert expert) => $"the adapter of {expert.Name}";

    private async Task<(EngineAdapter Adapter, FoundTemplate Template)> RegisterAsync(PreparedExpert expert, PreparedFolder folder, BaseRuntime runtime, bool keep)
    {
        var shape = runtime.Model.Shape;
        string what = AdapterOf(expert);

        // Who waits for a server keeps nobody from reading.
        using var fetched = files.Stay ? null : await files.HoldAsync(folder, what, CancellationToken.None);
        await _reads.WaitAsync();
        try
        {
            using var place = await files.HoldAsync(folder, what, CancellationToken.None);

            // A folder is checked once: whenever it is read again, the engine compares what it got with what it got first.
            string path = place.Path;
            var template = FoundTemplate.Own(path, runtime.Model);
            var adapter = await runtime.Engine.Adapters.RegisterAsync(
                expert.Name,
                files.Stay ? () => PeftAdapter.Load(path, shape) : () => files.Read(folder, what, at => PeftAdapter.Load(at, shape)),
                keep);
            return (adapter, template);
        }
        finally
        {
            _reads.Release();
        }
    }

    [LoggerMessage(2301, LogLevel.Information, "Expert {Expert} of revision {Revision} loaded")]
    private static partial void LogLoaded(ILogger log, string expert, string revision);

    [LoggerMessage(2302, LogLevel.Information, "Expert {Expert} of revision {Revision} unloaded")]
    private static partial void LogUnloaded(ILogger log, string expert, string revision);

    [LoggerMessage(2304, LogLevel.Error, "{Reason}: {Cause}")]
    private static partial void LogFailed(ILogger log, string reason, string cause);

    [LoggerMessage(2303, LogLevel.Error, "{Reason}")]
    private static partial void LogUnusable(ILogger log, string reason);

    private sealed class Keep(BaseRuntime runtime, EngineAdapter? adapter) : IDisposable
    {
        private BaseRuntime? _runtime = runtime;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _runtime, null) is not { } held)
            {
                return;
            }

            if (adapter is not null)
            {
                held.Engine.Adapters.Unregister(adapter);
            }

            held.Leave();
        }
    }
}
