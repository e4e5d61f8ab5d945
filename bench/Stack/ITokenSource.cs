namespace ExpertCluster.Bench.Stack;

/// <summary>Something that generates: the bare runtime, or the whole stack.</summary>
internal interface ITokenSource
{
    /// <summary>Generates one stream to its end.</summary>
    Task<StreamOutcome> GenerateAsync(StreamRequest request, CancellationToken cancellation);

    /// <summary>Processor time that each process taking part has used so far, by its role.</summary>
    IReadOnlyDictionary<string, TimeSpan> ProcessorTime();
}
