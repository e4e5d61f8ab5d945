namespace ExpertCluster.Bench.Latency;

/// <summary>A way that stamped chunks take to this process.</summary>
internal interface IStampedExchange
{
    string Name { get; }

    /// <summary>Processes on the way, by their part; this one is not among them.</summary>
    IReadOnlyDictionary<string, int> Processes { get; }

    /// <summary>Reads one stream to its end; tells the age of each chunk on arrival, in microseconds.</summary>
    Task StreamAsync(int chunks, Action<double> arrived, CancellationToken cancellation);
}
