using System.Globalization;
using System.Net;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Publishing;

/// <summary>
/// Copies a prepared folder into a bucket, for nodes that follow it there. What is there already is not sent again: folders go by their content, and
/// never change. prepared.json comes last, so whoever reads sees the old catalogue or the new one. For one caller at a time.
/// </summary>
public sealed class CataloguePublisher : IDisposable
{
    private const int FilesAtOnce = 4;

    /// <summary>Folders that are asked for one by one; of more, all of the prefix is listed.</summary>
    private const int FewFolders = 16;

    /// <summary>For the answer to a piece, which the server has to take first.</summary>
    private static readonly TimeSpan LeastStall = TimeSpan.FromMinutes(2);

    private readonly SourceHttp _http;
    private readonly BucketUploads _uploads;
    private readonly Action<string> _progress;
    private HashSet<string> _known = new(StringComparer.Ordinal);
    private string _seal = "";

    internal CataloguePublisher(SourceHttp http, string uri, Action<string> progress, TimeProvider time)
    {
        var (bucket, prefix) = BucketSource.Parse(uri) ?? throw new CatalogueException($"{SourceUri.Shown(uri)} must be s3://BUCKET/PREFIX");
        (_http, _progress) = (http, progress);
        _uploads = new BucketUploads(http, bucket, prefix, SourceRetry.Of(http.Options, time));
    }

    /// <summary>Where it goes.</summary>
    public string Shown => _uploads.Shown;

    /// <summary>The end of a sentence that begins with the place, or null where a catalogue can be published there.</summary>
    public static string? ProblemOf(string uri) => BucketSource.Parse(uri) is null ? "must be s3://BUCKET/PREFIX" : null;

    /// <param name="uri">s3://BUCKET/PREFIX.</param>
    /// <param name="settings">Which server, and what it knows this process by.</param>
    /// <param name="progress">Told of what is sent.</param>
    /// <param name="time">For limits of time.</param>
    /// <exception cref="Contracts.SetupException">It is no such URI, or a setting is wrong.</exception>
    public static CataloguePublisher Open(string uri, SourceEnvironment settings, Action<string> progress, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var options = settings.SourceOptions();
        options = options with
        {
            AllowedHosts = options.AllowedHosts.With(options.BucketEndpoint),
            StallTimeout = options.StallTimeout < LeastStall ? LeastStall : options.StallTimeout,
        };
        return new CataloguePublisher(new SourceHttp(options, () => new GuardedHandler(options, Dns.GetHostAddressesAsync, time), time), uri, progress, time);
    }

    /// <summary>
    /// 1. Asks which files of the folder's catalogue are there. 2. Compares those that are not with their digests, and sends them. 3. Sends prepared.json, where
    /// another one is there.
    /// </summary>
    /// <param name="folder">That `prepare` wrote.</param>
    /// <param name="cancellation">Ends it; what was sent stays for the next time.</param>
    /// <returns>Whether prepared.json changed there.</returns>
    /// <exception cref="CatalogueException">The folder is not what was prepared.</exception>
    /// <exception cref="ContentException">The server is away, or refuses it; the catalogue that was there stays.</exception>
    public async Task<bool> PublishAsync(string folder, CancellationToken cancellation)
    {
        string file = Path.Combine(folder, PreparedCatalogue.FileName);
        byte[] bytes = PreparedCatalogueFile.ReadBytes(file);
        var catalogue = PreparedCatalogue.Parse(folder, file, [.. bytes]);
        if (catalogue.Seal == _seal)
        {
            return false;
        }

        // 1.
        PreparedFolder[] folders = [.. catalogue.Named().Select(n => n.Folder).DistinctBy(f => f.Path)];
        var missing = await MissingAsync([.. folders.Where(f => !_known.Contains(f.Path))], cancellation);

        // 2.
        await SendAsync(folders, missing, cancellation);
        _known = [.. folders.Select(f => f.Path)];

        // 3.
        bool changed = await _uploads.TryReadAsync(PreparedCatalogue.FileName, PreparedCatalogueFile.LargestFile, cancellation) is not { } there || !there.AsSpan().SequenceEqual(bytes);
        if (changed)
        {
            await _uploads.PutAsync(PreparedCatalogue.FileName, bytes, cancellation);
            _progress($"published {Shown}");
        }

        _seal = catalogue.Seal;
        return changed;
    }

    public void Dispose() => _http.Dispose();

    private async Task<Dictionary<string, long>> MissingAsync(PreparedFolder[] unknown, CancellationToken cancellation)
    {
        var missing = unknown.SelectMany(folder => folder.Files.Select(file => (Name: $"{folder.Path}/{file.Name}", file.Bytes))).ToDictionary(f => f.Name, f => f.Bytes, StringComparer.Ordinal);
        foreach (string below in unknown.Length > FewFolders ? [""] : unknown.Select(folder => folder.Path + "/"))
        {
            await _uploads.TakeOutPresentAsync(below, missing, cancellation);
        }

        return missing;
    }

    private async Task SendAsync(PreparedFolder[] folders, Dictionary<string, long> missing, CancellationToken cancellation)
    {
        if (missing.Count == 0)
        {
            return;
        }

        _progress(string.Create(CultureInfo.InvariantCulture, $"publishing into {Shown}: {missing.Count} files, {missing.Values.Sum()} bytes"));
        var few = new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancellation };
        await Parallel.ForEachAsync(folders, few, async (folder, stop) =>
        {
            string[] its = [.. folder.Files.Select(file => file.Name).Where(name => missing.ContainsKey($"{folder.Path}/{name}"))];
            if (its.Length == 0)
            {
                return;
            }

            // What leaves this machine is what was prepared, all links followed.
            string place = folder.Check(folder.Path);
            foreach (string name in its)
            {
                await _uploads.PutFileAsync($"{folder.Path}/{name}", Path.Combine(place, name), missing[$"{folder.Path}/{name}"], stop);
            }
        });
    }
}
