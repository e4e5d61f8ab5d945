namespace ExpertCluster.Catalogue.Store;

/// <summary>Where the model store is, and how large it may become.</summary>
public sealed record ModelStoreOptions
{
    /// <summary>The variable that sets <see cref="MaxBytes"/>, as errors name it.</summary>
    public const string MaxBytesVariable = "EXPERTCLUSTER_STORE_BYTES";

    public const long LeastBytes = 1 << 20;
    public const long MostBytes = 1L << 50;

    /// <summary>Absolute; made where it is not there yet. Several processes may share it.</summary>
    public required string Folder { get; init; }

    /// <summary>Whole files and half ones together. 1 MiB to 1 PiB.</summary>
    public long MaxBytes { get; init; } = 64L << 30;

    /// <summary>Of what broken fetches left, to go on from. At most a quarter of <see cref="MaxBytes"/> is kept of it.</summary>
    public long MaxPartialBytes { get; init; } = 8L << 30;

    /// <summary>Of broken fetches that are kept.</summary>
    public int MaxPartials { get; init; } = 64;

    /// <summary>Keys whose digest is remembered.</summary>
    public int MaxKnown { get; init; } = 16_384;
}
