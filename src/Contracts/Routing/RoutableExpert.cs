namespace ExpertCluster.Contracts.Routing;

/// <summary>What routing must know of an expert.</summary>
/// <param name="Name">Its name in the catalogue.</param>
/// <param name="Base">The base it runs on.</param>
/// <param name="IsGeneralist">Whether it is that base alone.</param>
/// <param name="Description">What it is for, in its owner's words.</param>
public sealed record RoutableExpert(string Name, string Base, bool IsGeneralist, string Description = "");
