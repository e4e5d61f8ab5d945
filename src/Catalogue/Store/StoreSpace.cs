using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Store;

/// <summary>
/// Keeps a store within its bounds. What nobody holds goes: halves of broken fetches first, then whole files, the least recently used
/// first of each. To be used behind the gate.
/// </summary>
internal sealed class StoreSpace(StoreLayout layout, ModelStoreOptions options)
{
    /// <summary>Of the bound, the part that one fetch may have ahead of its need.</summary>
    private const int ShareAhead = 64;

    /// <summary>Makes sure that a fetch may grow to a size. Nothing is thrown away where that would not be enough.</summary>
    /// <param name="partial">The fetch's own, which counts with its new size only.</param>
    /// <param name="needed">What it must be able to grow to.</param>
    /// <param name="wanted">What it would rather grow to; as much of it is given as there may be.</param>
    /// <param name="what">For the message.</param>
    /// <returns>What it may grow to.</returns>
    /// <exception cref="ContentException">It needs more than the bound, or than what is not in use leaves of it.</exception>
    public long MakeRoom(PartialFile partial, long needed, long wanted, string what)
    {
        if (needed > options.MaxBytes)
        {
            throw new ContentException($"{what} has {needed} bytes or more; the model store may hold {options.MaxBytes} ({ModelStoreOptions.MaxBytesVariable})");
        }

        // What is kept for bytes that may never come must not keep others out.
        wanted = Math.Min(wanted, needed + (options.MaxBytes / ShareAhead));
        using var candidates = new Evictions();
        long busy = AddIdlePartials(candidates, partial.Name);
        long held = busy + candidates.Bytes + Objects().Sum(o => o.Bytes);
        AddIdleObjects(candidates, held + wanted - options.MaxBytes);
        long inUse = held - candidates.Bytes;
        long given = Math.Min(wanted, options.MaxBytes - inUse);
        if (given < needed)
        {
            throw new ContentException($"{what} needs {needed} bytes; the model store may hold {options.MaxBytes} ({ModelStoreOptions.MaxBytesVariable}), and {inUse} of it are in use")
            {
                RetryHelps = true,
            };
        }

        candidates.Carry(held + given - options.MaxBytes);
        return given;
    }

    /// <summary>Keeps what broken fetches left within its own bounds.</summary>
    public void TrimPartials()
    {
        using var idle = new Evictions();
        AddIdlePartials(idle, own: null);
        idle.Carry(idle.Bytes - Math.Min(options.MaxPartialBytes, options.MaxBytes / 4), idle.Count - options.MaxPartials);
    }

    /// <summary>The least recently used of those that nobody holds, until there are enough.</summary>
    private void AddIdleObjects(Evictions candidates, long bytes)
    {
        if (candidates.Bytes >= bytes)
        {
            return;
        }

        foreach (var stored in Objects().OrderBy(o => o.Used))
        {
            if (FileLock.TryTake(layout.Lease(stored.Name)) is { } alone)
            {
                candidates.Add(new Eviction(stored.Bytes, alone, [layout.Object(stored.Name), layout.Lease(stored.Name)]));
                if (candidates.Bytes >= bytes)
                {
                    return;
                }
            }
        }
    }

    private IEnumerable<(string Name, long Bytes, DateTime Used)> Objects() => new DirectoryInfo(layout.Objects).EnumerateFiles().Select(file =>
    {
        var lease = new FileInfo(layout.Lease(file.Name));
        return (file.Name, file.Length, lease.Exists ? lease.LastWriteTimeUtc : file.LastWriteTimeUtc);
    });

    /// <summary>Those that nobody works on, oldest first, each locked so that nobody begins to.</summary>
    /// <returns>What the others may grow to.</returns>
    private long AddIdlePartials(Evictions idle, string? own)
    {
        long busy = 0;
        foreach (var (name, file) in Partials().Where(p => p.Name != own).OrderBy(p => p.Data.LastWriteTimeUtc))
        {
            long length = file.Exists ? file.Length : 0;
            if (PartialFile.TryTake(layout, name) is { } partial)
            {
                idle.Add(new Eviction(length, partial.Lock, partial.Files));
            }
            else
            {
                busy += Math.Max(length, PartialNote.Read(layout, name).Reserved);
            }
        }

        return busy;
    }

    private (string Name, FileInfo Data)[] Partials() =>
    [
        .. Directory.GetFiles(layout.Partials, "*" + PartialFile.LockSuffix)
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Select(name => (name, new FileInfo(Path.Combine(layout.Partials, name + PartialFile.DataSuffix)))),
    ];
}
