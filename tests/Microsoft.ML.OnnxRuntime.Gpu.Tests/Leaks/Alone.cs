namespace Microsoft.ML.OnnxRuntime.Tests.Leaks;

/// <summary>Runs beside no other test: handles and memory are the process's.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
