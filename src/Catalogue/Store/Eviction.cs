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

    public int Count => _all.Count;

    /// <summary>Throws away until so many bytes are free, and so many at the least.</summary>
    public void Carry(long bytes, int count = 0)
    {
        foreach (var one in _all.TakeWhile(_ => bytes > 0 || count > 0))
        {
            one.Delete();
            bytes -= one.Bytes;
            count--;
        }
    }

    public void Dispose() => _all.ForEach(one => one.Lock.Dispose());
}
