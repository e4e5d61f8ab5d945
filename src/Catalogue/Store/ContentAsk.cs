namespace ExpertCluster.Catalogue.Store;

/// <summary>One file that is wanted, and how to get it where the store doesn't have it.</summary>
public sealed record ContentAsk
{
    /// <summary>For messages: "hf://org/repo/config.json".</summary>
    public required string What { get; init; }

    /// <summary>
    /// Names one content for all time: the source, the file, and the commit, the ETag or the like. Two asks with one key are one fetch.
    /// </summary>
    public required string Key { get; init; }

    /// <summary>Lower-case hex, where the source says it. Where it doesn't, the first fetch of a key tells it.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The size, where the source says it; another is refused.</summary>
    public long? Bytes { get; init; }

    /// <summary>The most that is read where the source doesn't say the size.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>Opens the content at a place, or from its start where the server can't do that.</summary>
    public required Func<ContentStart, CancellationToken, Task<ContentBody>> Open { get; init; }
}

/// <summary>Where to begin.</summary>
/// <param name="Offset">Bytes that are there already; 0: none.</param>
/// <param name="Validator">What the server called the content when those were read; null where its name is its content.</param>
public readonly record struct ContentStart(long Offset, string? Validator);
