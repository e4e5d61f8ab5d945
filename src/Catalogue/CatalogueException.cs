using ExpertCluster.Contracts;

namespace ExpertCluster.Catalogue;

/// <summary>A catalogue that can't be used. The message starts with file and line; no retry helps.</summary>
public sealed class CatalogueException : SetupException
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
