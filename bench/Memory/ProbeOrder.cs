namespace ExpertCluster.Bench.Memory;

internal enum ProbeKind
{
    Bases,
    Streams,
    ResidentAdapters,
    HostAdapters,
    Opening,
}

/// <summary>What a process is to measure.</summary>
/// <param name="What">Which growth.</param>
/// <param name="Base">The imported base.</param>
/// <param name="Small">A tiny one of the same precision.</param>
/// <param name="Count">How many runners, streams or adapters.</param>
/// <param name="Adapters">Folders, one more than is measured.</param>
/// <param name="Rank">The rank that the stacks have room for.</param>
internal sealed record ProbeOrder(ProbeKind What, string Base, string Small, int Count, IReadOnlyList<string> Adapters, int Rank);
