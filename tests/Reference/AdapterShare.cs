using ExpertCluster.Models.Adapters;

namespace ExpertCluster.Reference;

/// <summary>An adapter and its weight in the mix of one position.</summary>
public readonly record struct AdapterShare(AdapterWeights Adapter, float Weight);
