namespace ExpertCluster.Inference.Adapters;

/// <summary>What an engine's adapters are and where.</summary>
/// <param name="Registered">Contents known, wherever they are.</param>
/// <param name="InRuntime">Places of the runtime that are taken.</param>
/// <param name="HostBytes">Bytes of weights in host memory.</param>
/// <param name="SourceReads">Total of contents read again from where they came from.</param>
/// <param name="Evictions">Total of contents that left the runtime for another.</param>
public readonly record struct AdapterCounts(int Registered, int InRuntime, long HostBytes, long SourceReads, long Evictions);

/// <summary>Names of adapters that requests need, in ordinal order; of one content all names.</summary>
/// <param name="Running">By requests that run.</param>
/// <param name="Waiting">By requests that wait for a slot or for the adapter.</param>
public readonly record struct AdapterUse(IReadOnlyList<string> Running, IReadOnlyList<string> Waiting);

/// <summary>Whether a sequence's adapters are in the runtime.</summary>
internal enum AdapterReadiness
{
    /// <summary>All are.</summary>
    Ready,

    /// <summary>Some are on their way.</summary>
    Loading,

    /// <summary>Every place that could be freed is in use.</summary>
    NoPlace,

    /// <summary>A load failed.</summary>
    Failed,
}
