namespace ExpertCluster.Load;

/// <summary>One run of load.</summary>
internal sealed record LoadOptions
{
    /// <summary>gRPC address of a router, or several with commas between: they get the requests in turn.</summary>
    public required string Address { get; init; }

    /// <summary>Mean arrivals a second; the gaps are exponential (a Poisson process).</summary>
    public required double Rate { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>Arrivals in this first part are sent and not counted.</summary>
    public required TimeSpan Warmup { get; init; }

    /// <summary>Exponent of the Zipf law over experts; 0: all alike.</summary>
    public required double Zipf { get; init; }

    /// <summary>Share of requests that ask the gate ("auto") instead of an expert by name.</summary>
    public required double AutoShare { get; init; }

    public required int MaxTokens { get; init; }

    /// <summary>Requests open at once; an arrival beyond is dropped and counted, so that memory stays bounded.</summary>
    public required int MostOpen { get; init; }

    /// <summary>A request is good when its first token came within this...</summary>
    public required TimeSpan FirstTokenLimit { get; init; }

    /// <summary>...and its mean gap between tokens was at most this.</summary>
    public required TimeSpan TokenGapLimit { get; init; }

    public required int Seed { get; init; }

    /// <summary>Prompts by expert; "auto" requests draw from all.</summary>
    public required IReadOnlyList<string> Prompts { get; init; }
}
