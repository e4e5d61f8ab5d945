namespace ExpertCluster.Contracts.Routing;

/// <summary>A base of a plan that spans several.</summary>
/// <param name="Name">In the catalogue.</param>
/// <param name="Revision">Digest of its content.</param>
/// <param name="Labels">Labels that a host must have to run the plan's experts of this base.</param>
public sealed record PlannedBase(string Name, string Revision, IReadOnlyList<string> Labels);
