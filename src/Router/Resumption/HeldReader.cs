namespace ExpertCluster.Router.Resumption;

/// <summary>One of those who follow a stream, at its own pace. Disposing of it says that it has left.</summary>
/// <param name="stream">What it follows.</param>
/// <param name="next">The first event that it has not got, counted from 0.</param>
/// <param name="skipped">Bytes of that event that it has.</param>
internal sealed class HeldReader(HeldStream stream, int next, int skipped) : IDisposable
{
    /// <summary>Bytes that it takes at once, at least one event.</summary>
    private const int Most = 64 << 10;

    private int _left;

    public HeldStream Stream => stream;

    /// <summary>The first event that it has not got.</summary>
    public int Next { get; private set; } = next;

    /// <summary>The next events, as they were written; none: it has all that there will be.</summary>
    /// <exception cref="Contracts.Failures.RequestFailedException">It has all, and what failed is in none of its events.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(CancellationToken cancellation) => stream.ReadAsync(this, cancellation);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _left, 1) == 0)
        {
            stream.Leave(this);
        }
    }

    /// <summary>Under the lock of the streams.</summary>
    internal List<ReadOnlyMemory<byte>> Take(IReadOnlyList<ReadOnlyMemory<byte>> kept, int first)
    {
        List<ReadOnlyMemory<byte>> taken = [];
        int bytes = 0;
        while (Next - first < kept.Count && bytes < Most)
        {
            var one = kept[Next++ - first][skipped..];
            skipped = 0;
            bytes += one.Length;
            taken.Add(one);
        }

        return taken;
    }
}
