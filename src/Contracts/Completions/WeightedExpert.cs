namespace ExpertCluster.Contracts.Completions;

/// <summary>An expert and the weight it has in a request or a plan, or gave to a token.</summary>
public readonly record struct WeightedExpert(string Name, double Weight);
