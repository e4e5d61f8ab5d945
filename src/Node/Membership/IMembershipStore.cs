using Orleans.Hosting;

namespace ExpertCluster.Node.Membership;

/// <summary>
/// A place where the cluster's nodes find each other: one kind, found by its name in <see cref="Options.NodeOptions.Clustering"/>.
/// Orleans' provider for it does the work; this says what the provider leaves open.
/// </summary>
internal interface IMembershipStore
{
    /// <summary>For people: "Redis".</summary>
    string Name { get; }

    /// <summary>Adds Orleans' membership provider, and with it the grain storage <see cref="Storage.GrainStores.Cluster"/>.</summary>
    void Use(ISiloBuilder silo);

    /// <summary>Makes what the provider expects to find. Called before the provider's first use, and again when the store lost it.</summary>
    Task PrepareAsync(CancellationToken cancellation);

    /// <summary>One sentence where no waiting helps, because the store answers and refuses this node; null where it may yet come.</summary>
    string? RefusalOf(Exception error);
}
