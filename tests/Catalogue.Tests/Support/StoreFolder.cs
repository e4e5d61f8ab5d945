using ExpertCluster.Catalogue.Store;
using ExpertCluster.TestSupport;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.Catalogue.Tests.Support;

/// <summary>A store of a test, and what lies in its folder. Locks are the system's, so a second store on the folder is as another process.</summary>
internal sealed class StoreFolder(long maxBytes = 16 << 20) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FakeTimeProvider Time { get; } = new();

    public string Path => _folder.Path;

    public ModelStoreOptions Options => new() { Folder = _folder["store"], MaxBytes = maxBytes };

    public ModelStore Open() => new(Options, Time);

    /// <summary>Digests of whole files.</summary>
    public IEnumerable<string> Objects => Names("objects");

    public IEnumerable<string> Partials => Names("partial");

    public string ObjectPath(string sha256) => System.IO.Path.Combine(Options.Folder, "objects", sha256);

    public string LeasePath(string sha256) => System.IO.Path.Combine(Options.Folder, "leases", sha256);

    public IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFileSystemEntries(System.IO.Path.Combine(Options.Folder, folder)).Select(path => System.IO.Path.GetFileName(path)).Order();

    public void Dispose() => _folder.Dispose();
}
