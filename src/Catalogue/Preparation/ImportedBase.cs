using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Models.Import;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>A base where it was published.</summary>
/// <param name="Folder">Its own.</param>
/// <param name="Model">What is in it.</param>
/// <param name="Vocabulary">Digest of its vocabulary.</param>
internal sealed record ImportedBase(PreparedFolder Folder, ImportedModel Model, string Vocabulary);
