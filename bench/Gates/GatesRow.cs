namespace ExpertCluster.Bench.Gates;

/// <param name="Experts">Of the catalogue.</param>
/// <param name="Kind">How it was taught.</param>
/// <param name="Fit">Seconds; of one expert where they came one by one.</param>
/// <param name="Megabytes">Of the request gate's files.</param>
/// <param name="Load">Milliseconds.</param>
internal sealed record GatesRow(int Experts, string Kind, double Fit, double Megabytes, double Load)
{
    /// <summary>Microseconds a text.</summary>
    public double P50 { get; init; }

    public double P99 { get; init; }

    /// <summary>Bytes a text.</summary>
    public long Allocated { get; init; }

    /// <summary>Share of the texts whose expert came first.</summary>
    public double Right { get; init; }

    /// <summary>Of the experts that came last.</summary>
    public double LastRight { get; init; }

    /// <summary>Share that went to the generalist, or fell below the floor.</summary>
    public double Lost { get; init; }

    /// <summary>The same of texts of no field.</summary>
    public double Refused { get; init; }
}
