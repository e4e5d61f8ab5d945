using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests;

/// <summary>An ordinary grain that tells where and what it is.</summary>
public interface IProbeGrain : IGrainWithStringKey
{
    Task<ActivationInfo> Describe();

    Task<int> Increment();

    ValueTask<int> Count();

    ValueTask Touch();

    Task<string> Key();

    Task Deactivate();

    /// <summary>As <see cref="Deactivate"/>, beside a call that runs; who it is that leaves.</summary>
    [AlwaysInterleave]
    Task<ActivationInfo> Leave();

    [AlwaysInterleave]
    Task<ActivationInfo> DescribeNow();

    Task Keep(TimeSpan span);

    Task<string?> ReadContext(string key);

    /// <summary>Asks another grain to describe itself.</summary>
    Task<ActivationInfo> DescribeOther(string key);

    Task<string> OtherReadsContext(string key, string contextKey);

    Task Throw(string kind, string message);

    /// <summary>Ends when the token fires, and writes that down.</summary>
    Task WaitForCancellation(CancellationToken cancellationToken);

    /// <summary>Ends when the journal of its process has that entry.</summary>
    Task WaitForEntry(string entry);

    /// <summary>Never answers.</summary>
    [AlwaysInterleave]
    Task Hang();
}

[GenerateSerializer]
public sealed record ActivationInfo([property: Id(0)] SiloAddress Silo, [property: Id(1)] Guid Activation, [property: Id(2)] int Process);
