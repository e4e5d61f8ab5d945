namespace Grpc.AspNetCore.Tests.Support;

/// <summary>Runs beside no other test: memory and allocations are the process's.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
