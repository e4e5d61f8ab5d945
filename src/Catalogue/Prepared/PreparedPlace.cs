namespace ExpertCluster.Catalogue.Prepared;

/// <summary>Where the files of a prepared folder lie, for as long as this is held.</summary>
/// <param name="path">Absolute; to be read only.</param>
/// <param name="lease">Given back with it; null where nothing is needed to keep them.</param>
public sealed class PreparedPlace(string path, IDisposable? lease) : IDisposable
{
    private IDisposable? _lease = lease;

    /// <summary>Absolute; to be read only.</summary>
    public string Path => path;

    public void Dispose() => Interlocked.Exchange(ref _lease, null)?.Dispose();
}
