using ExpertCluster.Catalogue.Store;
using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>
/// file:///a/folder: of this host, taken into the store as it is now, so that it may change afterwards. A path without a scheme is read
/// where it lies and doesn't come here.
/// </summary>
internal sealed class FolderSource(SourceOptions options) : IContentSource
{
    public string Name => "file";

    public string? ProblemOf(string uri) => PathOf(uri) is null ? "must be file:///FOLDER, the folder's whole path" : null;

    public async Task<ContentListing> ListAsync(string uri, CancellationToken cancellation)
    {
        string folder = PathOf(uri) ?? throw new ContentException($"{uri} {ProblemOf(uri)}");
        if (!Directory.Exists(folder))
        {
            throw new ContentException($"{uri}: there is no such folder");
        }

        List<ContentEntry> files = [];
        foreach (string path in Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, MaxRecursionDepth = 16 }))
        {
            if (files.Count > options.MaxFiles)
            {
                break;
            }

            string name = Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
            string real = SourceFiles.Real(folder, name, uri);
            files.Add(new ContentEntry(name, new ContentAsk
            {
                What = $"{uri}/{name}",
                Key = $"file {real}",
                Sha256 = await ContentHash.OfFileAsync(real, cancellation),
                MaxBytes = options.MaxBytes,
                Open = (start, _) => Task.FromResult(Open(real, start)),
            }));
        }

        return new ContentListing(null, files);
    }

    private static ContentBody Open(string path, ContentStart start)
    {
        var stream = RegularFile.Open(path, bufferBytes: 0);
        bool isThere = start.Offset <= stream.Length;
        stream.Position = isThere ? start.Offset : 0;
        return new ContentBody(stream, null, stream.Position, stream.Length, null);
    }

    private static string? PathOf(string uri) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var parsed) && parsed is { IsFile: true, Host: "" } && Path.IsPathRooted(parsed.LocalPath)
            && !parsed.LocalPath.Contains('\0', StringComparison.Ordinal)
            ? Path.GetFullPath(parsed.LocalPath)
            : null;
}
