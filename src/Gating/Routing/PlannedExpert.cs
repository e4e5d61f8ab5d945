namespace ExpertCluster.Gating.Routing;

/// <summary>An expert and its weight, in a request or a plan.</summary>
public readonly record struct PlannedExpert(string Name, double Weight);
