using ExpertCluster.Catalogue.Prepared;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>Whether a prepared folder may hold another catalogue than before: cheap, so that it can be asked again and again.</summary>
public static class PreparedStamp
{
    /// <summary>Equal as long as nothing changed.</summary>
    public static string Of(string folder) => FileStamp.Of(Path.Combine(folder, PreparedCatalogue.FileName));
}
