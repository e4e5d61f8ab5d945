using System.Collections.Concurrent;
using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Inference.Adapters;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Node.Options;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>Loads and unloads expert replicas on this host.</summary>
internal sealed partial class ExpertLoader(
    PreparedCatalogue catalogue,
    BaseRegistry bases,
    ActivationRegistry activations,
    HostState state,
    NodeOptions node,
    TlsOptions tls,
    EpochSource epochs,
    TimeProvider time,
    ILogger<ExpertLoader> log)
{
    /// <summary>
    /// How long a folder that can't be used isn't read again. It is asked for every second, may have hundreds of megabytes, and
    /// gets no better by itself.
    /// </summary>
    private static readonly TimeSpan RefusalTime = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, (string Reason, long At)> _refused = new(StringComparer.Ordinal);

    /// <exception cref="KeyNotFoundException">The catalogue has no such expert.</exception>
    /// <exception cref="InvalidOperationException">The host drains, or can't load the expert; the message says why.</exception>
    /// <exception cref="ExpertUnusableException">The expert's own files are the reason.</exception>
    public async Task<ExpertActivation> LoadAsync(ExpertKey key)
    {
        if (state.Draining)
        {
            throw new InvalidOperationException($"host {node.Name} drains and loads nothing new");
        }

        var expert = catalogue.Experts.FirstOrDefault(e => e.Name == key.Expert)
            ?? throw new KeyNotFoundException($"the catalogue has no expert '{key.Expert}'");
        var (runtime, adapter) = await OpenAsync(expert);
        var activation = new ExpertActivation(
            new ExpertReplica
            {
                Expert = key.Expert,
                Replica = key.Replica,
                Host = node.Name,
                Address = HostAddress.Of(node, tls),
                Epoch = epochs.Next(),
            },
            runtime,
            adapter);
        activations.Add(activation);
        LogLoaded(log, key.ToString(), activation.Replica.Epoch);
        return activation;
    }

    /// <summary>Whatever fails here is told across the cluster, which knows none of our exceptions: as one sentence.</summary>
    private async Task<(BaseRuntime Runtime, EngineAdapter? Adapter)> OpenAsync(PreparedExpert expert)
    {
        if (_refused.TryGetValue(expert.Name, out var refused) && time.GetElapsedTime(refused.At) < RefusalTime)
        {
            throw new ExpertUnusableException(refused.Reason);
        }

        try
        {
            var runtime = await bases.GetAsync(expert.Base);
            return (runtime, expert.Adapter is { } folder ? await RegisterAsync(expert, folder, runtime) : null);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            string reason = $"expert {expert.Name} can't be loaded: {error.Message.ReplaceLineEndings(" ")}";
            if (error is not (CatalogueException or CheckpointException))
            {
                throw new InvalidOperationException(reason);
            }

            if (!_refused.ContainsKey(expert.Name))
            {
                LogUnusable(log, reason);
            }

            _refused[expert.Name] = (reason, time.GetTimestamp());
            throw new ExpertUnusableException(reason);
        }
    }

    private static async Task<EngineAdapter> RegisterAsync(PreparedExpert expert, PreparedFolder folder, BaseRuntime runtime)
    {
        var shape = runtime.Model.Shape;

        // Checked once: whenever it is read again, the engine compares what it got with what it got first.
        string place = await Task.Run(() => folder.Check($"the adapter of {expert.Name}"));
        return await runtime.Engine.Adapters.RegisterAsync(expert.Name, () => PeftAdapter.Load(place, shape), expert.Pinned);
    }

    /// <summary>Takes nothing new, and waits for what runs.</summary>
    public async Task DrainAsync(ExpertActivation activation)
    {
        await activation.DrainAsync();
        activations.Remove(activation);
    }

    /// <summary>
    /// New calls are refused at once; running ones keep the adapter until they end.
    /// </summary>
    public void Unload(ExpertActivation activation)
    {
        activations.Remove(activation);
        _ = activation.DrainAsync();
        if (activation.Adapter is { } adapter)
        {
            activation.Runtime.Engine.Adapters.Unregister(adapter);
        }

        LogUnloaded(log, activation.Replica.Expert, activation.Replica.Epoch);
    }

    [LoggerMessage(2301, LogLevel.Information, "Expert {Replica} loaded under epoch {Epoch}")]
    private static partial void LogLoaded(ILogger log, string replica, long epoch);

    [LoggerMessage(2302, LogLevel.Information, "Expert {Expert} of epoch {Epoch} unloaded")]
    private static partial void LogUnloaded(ILogger log, string expert, long epoch);

    [LoggerMessage(2303, LogLevel.Error, "{Reason}")]
    private static partial void LogUnusable(ILogger log, string reason);
}
