namespace ExpertCluster.Catalogue.Store;

/// <summary>What may be thrown away, locked so that nobody begins to use it.</summary>
internal sealed record Eviction(long Bytes, FileStream Lock, IReadOnlyList<string> Files)
{
    public void Delete()
    {
        foreach (string file in Files)
        {
            File.Delete(file);
        }
    }
}

/// <summary>Several, in the order in which they are to go. Disposing of it unlocks what stays.</summary>
internal sealed class Evictions : IDisposable
{
    private readonly List<Eviction> _all = [];

    public long Bytes { get; private set; }

    public void Add(Eviction one)
    {
        _all.Add(one);
        Bytes += one.Bytes;
    }

    /// <summary>Throws away until so many bytes are free.</summary>
    public void Carry(long bytes)
    {
        foreach (var one in _all.TakeWhile(_ => bytes > 0))
        {
            one.Delete();
            bytes -= one.Bytes;
        }
    }

    public void Dispose() => _all.ForEach(one => one.Lock.Dispose());
}
