namespace ExpertCluster.Bench.Wire;

/// <summary>One way to make the same exchanges.</summary>
internal interface IWireClient : IDisposable
{
    /// <summary>One message there, one back.</summary>
    Task UnaryAsync();

    /// <summary>One message there, <paramref name="count"/> back, each written and flushed by itself.</summary>
    Task StreamAsync(int count);
}
