using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Inference.Adapters;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Node.Draining;
using ExpertCluster.Node.Options;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>Loads and unloads expert replicas on this host.</summary>
internal sealed partial class ExpertLoader(
    ICatalogueSource catalogue,
    BaseRegistry bases,
    ActivationRegistry activations,
    DrainState drain,
    NodeOptions node,
    TlsOptions tls,
    EpochSource epochs,
    UnusableFolders unusable,
    ILogger<ExpertLoader> log)
{
    /// <exception cref="KeyNotFoundException">The catalogue has no such expert.</exception>
    /// <exception cref="InvalidOperationException">The host drains, or can't load the expert; the message says why.</exception>
    /// <exception cref="ExpertUnusableException">The expert's own files are the reason.</exception>
    public async Task<ExpertActivation> LoadAsync(ExpertKey key)
    {
        if (drain.Draining)
        {
            throw new InvalidOperationException($"host {node.Name} drains and loads nothing new");
        }

        var snapshot = catalogue.Current;
        var expert = snapshot.FindExpert(key.Expert) ?? throw new KeyNotFoundException($"the catalogue has no expert '{key.Expert}'");
        var (runtime, adapter) = await OpenAsync(expert, snapshot);
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
    private async Task<(BaseRuntime Runtime, EngineAdapter? Adapter)> OpenAsync(PreparedExpert expert, CatalogueSnapshot snapshot)
    {
        if (unusable.ReasonOf(expert) is { } known)
        {
            throw new ExpertUnusableException(known);
        }

        try
        {
            var runtime = await bases.GetAsync(expert.Base, snapshot);
            return (runtime, expert.Adapter is { } folder ? await RegisterAsync(expert, folder, runtime) : null);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            string reason = $"expert {expert.Name} can't be loaded: {error.Message.ReplaceLineEndings(" ")}";
            if (error is not (CatalogueException or CheckpointException))
            {
                throw new InvalidOperationException(reason);
            }

            if (unusable.Add(expert, reason, snapshot))
            {
                LogUnusable(log, reason);
            }

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
