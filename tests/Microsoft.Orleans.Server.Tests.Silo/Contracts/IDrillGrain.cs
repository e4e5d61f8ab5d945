using Orleans;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests;

/// <summary>Says who answers, so that a drill can tell one activation from another.</summary>
public interface IDrillGrain : IGrainWithStringKey
{
    Task<DrillAnswer> Say();

    /// <summary>Asks another grain from wherever this one is.</summary>
    [global::Orleans.Concurrency.AlwaysInterleave]
    Task<DrillAnswer> Ask(string other);
}

/// <param name="Turn">Counts the answers of the activation, from 1.</param>
/// <param name="At">When the turn ran: ticks of the machine's monotonic clock, the same for all processes.</param>
[GenerateSerializer]
public sealed record DrillAnswer(
    [property: Id(0)] SiloAddress Silo, [property: Id(1)] Guid Activation, [property: Id(2)] int Turn, [property: Id(3)] long At);
