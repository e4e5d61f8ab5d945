namespace ExpertCluster.Node.Draining;

/// <summary>Whether a program could serve, its drain and its place in the cluster aside.</summary>
public interface IReadiness
{
    /// <summary>What it still lacks, for people; null: it is ready.</summary>
    string? Lacks { get; }
}
