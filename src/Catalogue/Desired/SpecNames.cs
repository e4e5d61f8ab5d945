namespace ExpertCluster.Catalogue.Desired;

/// <summary>Names of experts.</summary>
public static class SpecNames
{
    /// <summary>Whether an expert may be called so.</summary>
    public static bool IsWellFormed(string name) => CatalogueFile.IsName(name) && name != CatalogueFile.AutoModel;
}
