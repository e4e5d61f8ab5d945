using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.Contracts;

namespace ExpertCluster.Catalogue.Remote;

/// <summary>A catalogue that a server publishes.</summary>
/// <param name="files">The server.</param>
/// <param name="content">Brings the gates.</param>
/// <param name="kept">What was taken last.</param>
/// <param name="needsGate">Whether who takes a catalogue needs its request gate at once, as a router does: it is brought before.</param>
/// <param name="options">For limits of attempts.</param>
/// <param name="time">For limits of time.</param>
internal sealed class RemoteOrigin(IPublishedFiles files, IPreparedContent content, KeptCatalogue kept, bool needsGate, SourceOptions options, TimeProvider time)
    : IPreparedOrigin
{
    /// <summary>Marks are a server's word: that of some has seconds only. So the content itself is looked at once a minute.</summary>
    public const int LooksOfAMark = 60;

    /// <summary>For a whole prepared.json, which may have tens of megabytes, however slowly it comes.</summary>
    private static readonly TimeSpan LookTimeout = TimeSpan.FromMinutes(1);

    private int _looks;
    private string _kept = "";

    public TimeSpan Period => TimeSpan.FromSeconds(1);

    /// <summary>What a process starts with: what the server says, or what it said last where it is away or says what can't be.</summary>
    /// <exception cref="SetupException">There is neither.</exception>
    public async Task<PreparedLook> FirstAsync(CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return (await LookAsync(seen: "", cancellation))!;
            }
            catch (SetupException error)
            {
                if (await KeptAsync(cancellation) is { } look)
                {
                    return look;
                }

                if (error is not ContentException { RetryHelps: true } || attempt >= options.Attempts)
                {
                    throw;
                }
            }

            await Task.Delay(options.Backoff * Math.Pow(2, attempt - 1), time, cancellation);
        }
    }

    public async Task<PreparedLook?> LookAsync(string seen, CancellationToken cancellation)
    {
        _looks = (_looks + 1) % LooksOfAMark;
        var read = await ReadAsync(_looks == 0 ? "" : seen, cancellation);
        if (read is not { } file)
        {
            return null;
        }

        // Reading its seal writes into it.
        byte[] bytes = [.. file.Bytes];
        var look = await WithGateAsync(PreparedCatalogue.Parse(files.Shown, $"{files.Shown}/{PreparedCatalogue.FileName}", bytes), file.Mark, cancellation);
        if (look.Catalogue.Seal != _kept)
        {
            kept.Put(file.Bytes);
            _kept = look.Catalogue.Seal;
        }

        return look;
    }

    private async Task<PreparedLook?> KeptAsync(CancellationToken cancellation)
    {
        try
        {
            return kept.Find() is { } catalogue ? await WithGateAsync(catalogue, mark: "", cancellation) : null;
        }
        catch (SetupException)
        {
            // Its gate is not here. What the server said tells more.
            return null;
        }
    }

    private async Task<PreparedLook> WithGateAsync(PreparedCatalogue catalogue, string mark, CancellationToken cancellation)
    {
        if (!needsGate)
        {
            return new PreparedLook(catalogue, mark, held: null);
        }

        var gates = catalogue.Gates is { } its ? await content.OpenRequestGateAsync(its, cancellation) : null;
        try
        {
            return new PreparedLook(catalogue, mark, new HeldPlaces(gates, await CandidateAsync(catalogue, cancellation)));
        }
        catch
        {
            gates?.Dispose();
            throw;
        }
    }

    /// <summary>One that can't be had costs itself alone, once it is sure that asking again does not help.</summary>
    private async Task<PreparedPlace?> CandidateAsync(PreparedCatalogue catalogue, CancellationToken cancellation)
    {
        try
        {
            return catalogue.GateCandidate is { } candidate ? await content.OpenRequestGateAsync(candidate.Folder, cancellation) : null;
        }
        catch (SetupException error) when (error is not ContentException { RetryHelps: true })
        {
            return null;
        }
    }

    private async Task<(byte[] Bytes, string Mark)?> ReadAsync(string seen, CancellationToken cancellation)
    {
        string what = $"{files.Shown}/{PreparedCatalogue.FileName}";
        using var late = new CancellationTokenSource(LookTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            if (await files.TryOpenAsync(PreparedCatalogue.FileName, seen, either.Token) is not { } file)
            {
                return null;
            }

            await using var body = file.Body;
            return (await ReadAsync(what, body, either.Token), file.Mark);
        }
        catch (OperationCanceledException error) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new ContentException($"{what}: it took longer than {LookTimeout.TotalSeconds:0} s", error) { RetryHelps = true };
        }
        catch (IOException error)
        {
            throw new ContentException($"{what}: the connection broke", error) { RetryHelps = true };
        }
    }

    private static async Task<byte[]> ReadAsync(string what, ContentBody body, CancellationToken cancellation)
    {
        const int most = PreparedCatalogueFile.LargestFile;
        if (body.Bytes > most)
        {
            throw TooLarge();
        }

        using var bytes = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = await body.Stream.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (bytes.Length + read > most)
            {
                throw TooLarge();
            }

            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();

        CatalogueException TooLarge() => new($"{what} has more than {most} bytes");
    }

    private sealed class HeldPlaces(params PreparedPlace?[] places) : IDisposable
    {
        public void Dispose()
        {
            foreach (var place in places)
            {
                place?.Dispose();
            }
        }
    }
}
