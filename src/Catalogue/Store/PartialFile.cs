using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Store;

/// <summary>A file that is being fetched, or the part of it that a broken fetch left; its lock says which.</summary>
internal sealed class PartialFile : IDisposable
{
    public const string DataSuffix = ".part";
    public const string LockSuffix = ".lock";

    /// <summary>Longer ones are not kept: a server may call its content what it likes.</summary>
    private const int LongestValidator = 256;

    private readonly StoreLayout _layout;

    private PartialFile(StoreLayout layout, string name, FileStream alone) => (_layout, Name, Lock) = (layout, name, alone);

    public string Name { get; }

    public FileStream Lock { get; }

    public string DataPath => Path.Combine(_layout.Partials, Name + DataSuffix);

    /// <summary>All that belongs to it.</summary>
    public IReadOnlyList<string> Files => [DataPath, PartialNote.PathOf(_layout, Name), LockPath(_layout, Name)];

    public long Length => File.Exists(DataPath) ? new FileInfo(DataPath).Length : 0;

    public PartialNote Note => PartialNote.Read(_layout, Name);

    /// <summary>To be called behind the gate.</summary>
    /// <returns>Null while somebody else fetches it.</returns>
    public static PartialFile? TryTake(StoreLayout layout, string name) =>
        FileLock.TryTake(LockPath(layout, name)) is { } alone ? new PartialFile(layout, name, alone) : null;

    /// <summary>Behind the gate, as all who count look at it there.</summary>
    public void Reserve(long bytes, string? validator)
    {
        File.Open(DataPath, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite).Dispose();
        new PartialNote(bytes, validator is { Length: <= LongestValidator } ? validator : null).Write(_layout, Name);
    }

    /// <summary>Behind the gate: who finds no lock's file makes a new one.</summary>
    public void Delete()
    {
        foreach (string file in Files)
        {
            File.Delete(file);
        }
    }

    public void Dispose() => Lock.Dispose();

    private static string LockPath(StoreLayout layout, string name) => Path.Combine(layout.Partials, name + LockSuffix);
}
