namespace ExpertCluster.Inference.Adapters;

/// <summary>An adapter that is loaded in an engine. Equal by identity.</summary>
/// <param name="Index">Its place in the runtime's stack.</param>
/// <param name="Name">For reports; the same content under two names is two residents of one index.</param>
/// <param name="Digest">Of the content.</param>
public sealed record ResidentAdapter(int Index, string Name, string Digest);
