namespace ExpertCluster.Cluster.Catalogue;

/// <summary>A catalogue that can't be used. The message starts with file and line; no retry helps.</summary>
public sealed class CatalogueException : Exception
{
    public CatalogueException(string message)
        : base(message)
    {
    }

    public CatalogueException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public CatalogueException()
    {
    }
}
