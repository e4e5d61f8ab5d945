namespace ExpertCluster.Contracts.Tools;

/// <summary>A function that an answer may call.</summary>
/// <param name="Name">Its name, unique among those of a request.</param>
/// <param name="Parameters">The JSON Schema of its arguments, an object; empty: it takes none.</param>
public sealed record Tool(string Name, string Parameters);
