namespace ExpertCluster.Inference.Merging;

/// <summary>A part of an ensemble that another process computes.</summary>
/// <param name="Source">This request's own; disposed with its sequence.</param>
/// <param name="Weight">Beside those of the branches; finite and above 0.</param>
public sealed record EnsembleMember(IRemoteMember Source, double Weight);
