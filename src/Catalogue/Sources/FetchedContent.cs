using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>A file as it was fetched.</summary>
public sealed record FetchedFile(string Name, long Bytes, string Sha256);

/// <summary>What lay at a URI, as a folder. It goes with its disposal; the store keeps the files as long as it has room.</summary>
public sealed class FetchedContent : IDisposable
{
    private readonly StoreView _view;

    internal FetchedContent(StoreView view, string? revision, IReadOnlyList<FetchedFile> files) => (_view, Revision, Files) = (view, revision, files);

    /// <summary>The folder; to be read only.</summary>
    public string Path => _view.Path;

    /// <summary>What the source calls it: a commit, a digest; null: it has no name for it.</summary>
    public string? Revision { get; }

    public IReadOnlyList<FetchedFile> Files { get; }

    public void Dispose() => _view.Dispose();
}
