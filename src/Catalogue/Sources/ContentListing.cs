using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>What lies at a URI.</summary>
/// <param name="Revision">What the source calls this state: a commit, a digest. Null: it has no name for it.</param>
/// <param name="Files">Not checked: names and numbers are the server's.</param>
public sealed record ContentListing(string? Revision, IReadOnlyList<ContentEntry> Files);

/// <summary>A file of it.</summary>
/// <param name="Name">Relative, with '/' between its parts.</param>
/// <param name="Ask">How to get it.</param>
public sealed record ContentEntry(string Name, ContentAsk Ask);
