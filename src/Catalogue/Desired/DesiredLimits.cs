namespace ExpertCluster.Catalogue.Desired;

/// <summary>Bounds of what the API can ask for.</summary>
public static class DesiredLimits
{
    /// <summary>Changes that are remembered.</summary>
    public const int Changes = 1_000;

    /// <summary>Examples of one expert.</summary>
    public const int Examples = 1_000;

    /// <summary>Of the state as it is stored: it is written whole with each change.</summary>
    public const int Bytes = 8 << 20;

    /// <summary>Of a caller's own words about a change.</summary>
    public const int ReasonLength = 256;

    /// <summary>Of what a record says of a change.</summary>
    public const int DetailsLength = 512;

    /// <summary>Hosts that are told to drain.</summary>
    public const int DrainedHosts = 1_000;
}
