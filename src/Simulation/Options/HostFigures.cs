namespace ExpertCluster.Simulation.Options;

/// <summary>
/// What a host can do. The defaults are what `bench` measured with 27 million parameters in fp32 on two cores of a virtual machine
/// (docs/performance.md, "The whole stack over a peer" and "Adapters, and guessed tokens"); figures of your own hardware come from
/// `bench peers`, `bench steps` and `bench adapters`.
/// </summary>
public sealed record HostFigures
{
    /// <summary>Tokens a second with one stream: row "f32, 1 stream".</summary>
    public double TokensAtOne { get; init; } = 248;

    /// <summary>Of eight streams together: row "f32, 8 streams".</summary>
    public double TokensAtEight { get; init; } = 997;

    /// <summary>Of 32 and more: row "f32, 32 streams".</summary>
    public double TokensAtMost { get; init; } = 2212;

    /// <summary>Prompt tokens read a second: row "f32, prefill of 2,048".</summary>
    public double PrefillTokens { get; init; } = 3386;

    /// <summary>Requests that run at once: the setting Slots.</summary>
    public int Slots { get; init; } = 32;

    /// <summary>Requests that wait for a slot before the next is refused: the setting QueueLimit.</summary>
    public int Queue { get; init; } = 256;

    /// <summary>Adapters in memory at once; `bench adapters` runs with 256.</summary>
    public int AdapterPlaces { get; init; } = 256;

    /// <summary>Adapters on the host's disk at once.</summary>
    public int AdapterFiles { get; init; } = 4096;

    /// <summary>From disk to a runtime: "3.8 ms with one on disk only" less "1.8 ms with an adapter in the runtime".</summary>
    public double AdapterLoadMilliseconds { get; init; } = 2;

    /// <summary>From the store to disk. Not measured here: 25 MB over a gigabit a second take 200 ms.</summary>
    public double AdapterFetchMilliseconds { get; init; } = 200;

    /// <summary>Bytes of an adapter: 2.22 MiB in host memory, rank 8 (docs/performance.md, "Memory").</summary>
    public double AdapterMebibytes { get; init; } = 2.22;

    /// <summary>From the order to open a base until it serves. Not measured for large ones: seconds to minutes, by their size.</summary>
    public double BaseLoadSeconds { get; init; } = 60;

    /// <summary>Tokens a second of n streams together: a line between the figures, on a scale of doublings.</summary>
    public double Tokens(int streams) => streams switch
    {
        <= 1 => TokensAtOne,
        <= 8 => Between(streams, 1, 8, TokensAtOne, TokensAtEight),
        < 32 => Between(streams, 8, 32, TokensAtEight, TokensAtMost),
        _ => TokensAtMost,
    };

    private static double Between(int streams, int from, int to, double low, double high) =>
        low + ((high - low) * Math.Log2((double)streams / from) / Math.Log2((double)to / from));
}
