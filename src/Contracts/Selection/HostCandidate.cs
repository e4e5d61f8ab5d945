namespace ExpertCluster.Contracts.Selection;

/// <summary>A host that could take a request, as this router knows it.</summary>
/// <param name="Name">Unique in the cluster.</param>
/// <param name="Load">Requests of this router that run on it.</param>
/// <param name="Answers">Whether it answers this router, and did not just fail a call.</param>
public readonly record struct HostCandidate(string Name, int Load, bool Answers);

/// <summary>What a host is chosen for.</summary>
/// <param name="Experts">The plan's experts, in its order.</param>
/// <param name="PromptKey">Equal for texts that begin alike, on every router.</param>
public readonly record struct HostChoice(IReadOnlyList<string> Experts, ulong PromptKey);
