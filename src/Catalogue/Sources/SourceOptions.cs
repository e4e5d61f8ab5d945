namespace ExpertCluster.Catalogue.Sources;

/// <summary>Whom sources may ask, with what secrets, and how much they may take. <see cref="SourceEnvironment"/> reads it.</summary>
public sealed record SourceOptions
{
    /// <summary>Hosts that may have an inner address; "http://host:port" are asked without TLS, too. Endpoints are among them.</summary>
    public AllowedHosts AllowedHosts { get; init; } = AllowedHosts.None;

    /// <summary>What answers the hub's API; null: hf:// is refused.</summary>
    public Uri? HubEndpoint { get; init; }

    public Secret? HubToken { get; init; }

    /// <summary>What answers S3's API; null: that of the region.</summary>
    public Uri? BucketEndpoint { get; init; }

    public string? BucketRegion { get; init; }

    /// <summary>Null: buckets are read without a name, as public ones can be.</summary>
    public BucketKeys? BucketKeys { get; init; }

    /// <summary>By registry, as "host:port": "user:password".</summary>
    public IReadOnlyDictionary<string, Secret> RegistryLogins { get; init; } = new Dictionary<string, Secret>();

    /// <summary>For a connection to stand.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For an answer to begin, and between any two pieces of it.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For one file, from end to end.</summary>
    public TimeSpan FileTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Of one file or list, the first among them.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Before the second attempt; each further one waits twice as long.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Of one adapter or base.</summary>
    public int MaxFiles { get; init; } = 1_000;

    /// <summary>Of one adapter or base.</summary>
    public long MaxBytes { get; init; } = 256L << 30;

    /// <summary>Of a list of files, in whatever form.</summary>
    public int MaxListingBytes { get; init; } = 8 << 20;

    public int MaxRedirects { get; init; } = 5;
}

/// <summary>What S3 knows a caller by.</summary>
public sealed record BucketKeys(string Id, Secret Key, Secret? Session);
