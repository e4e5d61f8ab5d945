using ExpertCluster.Catalogue.Prepared;

namespace ExpertCluster.ExpertHost.Tests.Support;

/// <summary>A published catalogue's content, of a folder: what is given out is counted, and can be held up or refused.</summary>
internal sealed class FakeContent : IPreparedContent
{
    private int _opened;
    private int _held;

    public bool Stays => false;

    /// <summary>Times that files were asked for, refused ones among them.</summary>
    public int Opened => Volatile.Read(ref _opened);

    /// <summary>Places that nobody has given back yet.</summary>
    public int Held => Volatile.Read(ref _held);

    public Exception? Failure { get; set; }

    /// <summary>What opening waits for.</summary>
    public Task Until { get; set; } = Task.CompletedTask;

    public async Task<PreparedPlace> OpenAsync(PreparedFolder folder, string what, string below, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _opened);
        await Until;
        if (Failure is { } failure)
        {
            throw failure;
        }

        string path = folder.Check(what, below);
        Interlocked.Increment(ref _held);
        return new PreparedPlace(path, new Release(this));
    }

    private sealed class Release(FakeContent content) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref content._held);
    }
}
