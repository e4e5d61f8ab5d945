using ExpertCluster.Cluster.Catalogue;
using ExpertCluster.Cluster.Grains;
using ExpertCluster.Cluster.Options;
using ExpertCluster.Inference.Adapters;
using ExpertCluster.Models.Adapters;

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
    ILogger<ExpertLoader> log)
{
    /// <exception cref="KeyNotFoundException">The catalogue has no such expert.</exception>
    /// <exception cref="InvalidOperationException">The host drains.</exception>
    /// <exception cref="CatalogueException">Its adapter is not what was prepared.</exception>
    public async Task<ExpertActivation> LoadAsync(ExpertKey key)
    {
        if (state.Draining)
        {
            throw new InvalidOperationException($"host {node.Name} drains and loads nothing new");
        }

        var expert = catalogue.Experts.FirstOrDefault(e => e.Name == key.Expert)
            ?? throw new KeyNotFoundException($"the catalogue has no expert '{key.Expert}'");
        var runtime = await bases.GetAsync(expert.Base);
        EngineAdapter? adapter = null;
        if (expert.Adapter is { } folder)
        {
            var shape = runtime.Model.Shape;

            // Checked once: whenever it is read again, the engine compares what it got with what it got first.
            string checkedFolder = await Task.Run(() => folder.Check($"the adapter of expert {expert.Name}"));
            adapter = await runtime.Engine.Adapters.RegisterAsync(expert.Name, () => PeftAdapter.Load(checkedFolder, shape), expert.Pinned);
        }

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
}
