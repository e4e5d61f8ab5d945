using ExpertCluster.Catalogue.Store;
using Polly;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>
/// Brings what lies at a URI into the store and gives it out as a folder: 1. the source lists it; 2. the list is checked; 3. each file is
/// fetched, or found in the store. What may succeed later is tried again after a while, from where it stopped.
/// </summary>
public sealed class ContentFetcher
{
    private const int FilesAtOnce = 4;

    private readonly SourceOptions _options;
    private readonly ContentSources _sources;
    private readonly ModelStore _store;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _retry;

    public ContentFetcher(SourceOptions options, ContentSources sources, ModelStore store, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _sources, _store, _time) = (options, sources, store, time);
        _retry = SourceRetry.Of(options, time);
    }

    /// <returns>The end of a sentence that begins with the URI's place, or null where a source can read it.</returns>
    public string? ProblemOf(string uri) => _sources.ProblemOf(uri);

    /// <param name="uri">Where it lies.</param>
    /// <param name="wanted">Which of the files, by name; others are not fetched.</param>
    /// <param name="progress">Told of what is about to be read.</param>
    /// <param name="cancellation">Ends it; what came stays for the next time.</param>
    /// <exception cref="ContentException">It can't be had; the message begins with the URI or with a file's.</exception>
    public async Task<FetchedContent> FetchAsync(string uri, Func<string, bool> wanted, Action<string> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(progress);
        string shown = SourceUri.Shown(uri);
        if (ProblemOf(uri) is { } problem)
        {
            throw new ContentException($"{shown} {problem}");
        }

        // 1.
        var listing = await _retry.ExecuteAsync(async stop => await WithinAsync(shown, late => _sources.Find(uri)!.ListAsync(uri, late), stop), cancellation);

        // 2.
        ContentEntry[] files = [.. listing.Files.Where(file => wanted(file.Name))];
        ListingRules.Check(shown, files, _options, _store.Options.MaxBytes);
        progress($"reading {shown}{(listing.Revision is { } revision ? $" at {revision}" : "")}: {files.Length} files, {files.Sum(f => f.Ask.Bytes ?? 0)} bytes");

        // 3.
        return await FetchFilesAsync(listing.Revision, files, cancellation);
    }

    /// <summary>The same of files that are known already.</summary>
    /// <param name="what">For messages.</param>
    /// <param name="files">Not checked yet.</param>
    /// <param name="cancellation">Ends it; what came stays for the next time.</param>
    /// <exception cref="ContentException">They can't be had; the message begins with what they are or with a file's name.</exception>
    internal async Task<FetchedContent> FetchAsync(string what, ContentEntry[] files, CancellationToken cancellation)
    {
        ListingRules.Check(what, files, _options, _store.Options.MaxBytes);
        return await FetchFilesAsync(revision: null, files, cancellation);
    }

    private async Task<FetchedContent> FetchFilesAsync(string? revision, ContentEntry[] files, CancellationToken cancellation)
    {
        var view = _store.OpenView(cancellation);
        var got = new StoredFile?[files.Length];
        try
        {
            var budget = new ByteBudget(_options.MaxBytes);
            var few = new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancellation };
            await Parallel.ForAsync(0, files.Length, few, async (at, stop) =>
            {
                got[at] = await _retry.ExecuteAsync(
                    async once => await WithinAsync(files[at].Ask.What, late => _store.GetAsync(files[at].Ask, late), once), stop);
                budget.Take(got[at]!.Bytes);
            });
            foreach (var (entry, file) in files.Zip(got))
            {
                view.Add(entry.Name, file!);
            }

            return new FetchedContent(view, revision, [.. files.Zip(got, (entry, file) => new FetchedFile(entry.Name, file!.Bytes, file.Sha256))]);
        }
        catch
        {
            view.Dispose();
            Array.ForEach(got, file => file?.Dispose());
            throw;
        }
    }

    private async Task<T> WithinAsync<T>(string what, Func<CancellationToken, Task<T>> act, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(_options.FileTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            return await act(either.Token);
        }
        catch (OperationCanceledException error) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new ContentException($"{what}: it took longer than {_options.FileTimeout.TotalSeconds:0} s ({SourceEnvironment.FileSeconds})", error);
        }
    }
}
