namespace ExpertCluster.Inference.Tests.Leaks;

/// <summary>Beside no other test: what is counted here is the process's.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
