namespace ExpertCluster.Catalogue.Tests.Support;

/// <summary>
/// Tests that look at who holds which lock. A process that another test starts holds all locks of this one for a moment, between fork
/// and exec, so none is started beside them.
/// </summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
