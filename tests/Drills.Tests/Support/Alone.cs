namespace ExpertCluster.Drills.Support;

/// <summary>Drills that compute a lot run one after the other: each has the machine's cores for itself.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
