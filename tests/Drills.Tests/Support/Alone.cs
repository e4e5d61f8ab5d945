namespace ExpertCluster.Drills.Support;

/// <summary>Drills run one after the other: each has the machine's cores, and the machines' addresses, for itself.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
