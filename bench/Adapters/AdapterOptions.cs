namespace ExpertCluster.Bench.Adapters;

/// <summary>How much is measured, and on what.</summary>
internal sealed record AdapterOptions
{
    /// <summary>Adapters of the small round, which are all in the runtime.</summary>
    public int Few { get; init; } = 5;

    /// <summary>Adapters of the large round, most of which are not.</summary>
    public int Many { get; init; } = 2000;

    public int Rank { get; init; } = 8;

    /// <summary>Places of the runtime.</summary>
    public int Capacity { get; init; } = 256;

    /// <summary>Bytes of adapters in host memory.</summary>
    public long HostBytes { get; init; } = 1L << 30;

    /// <summary>Requests at once; each that ends is followed by another.</summary>
    public int Streams { get; init; } = 16;

    /// <summary>Requests of a round.</summary>
    public int Requests { get; init; } = 400;

    public int PromptTokens { get; init; } = 32;

    public int TokensPerStream { get; init; } = 64;

    /// <summary>The popularity of the n-th adapter is 1 / n to this power.</summary>
    public double Zipf { get; init; } = 1;

    /// <summary>Rounds of each kind, in turns.</summary>
    public int Rounds { get; init; } = 9;

    /// <summary>Requests that are timed for cold and for warm adapters, one after another on an idle engine.</summary>
    public int Latencies { get; init; } = 50;

    public static AdapterOptions Of(bool quick) => quick
        ? new AdapterOptions { Many = 200, Capacity = 64, HostBytes = 32 << 20, Requests = 100, Rounds = 3, Latencies = 20 }
        : new AdapterOptions();
}
