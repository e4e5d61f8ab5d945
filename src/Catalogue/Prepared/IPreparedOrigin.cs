namespace ExpertCluster.Catalogue.Prepared;

/// <summary>Where the current prepared.json is looked at.</summary>
internal interface IPreparedOrigin
{
    /// <summary>Between two looks.</summary>
    TimeSpan Period { get; }

    /// <param name="seen">The mark of what the caller took last; empty: it took none.</param>
    /// <param name="cancellation">Ends the look.</param>
    /// <returns>Null while nothing changed, by the mark.</returns>
    /// <exception cref="CatalogueException">What is there can't be used.</exception>
    /// <exception cref="Store.ContentException">Nobody says just now what is there.</exception>
    Task<PreparedLook?> LookAsync(string seen, CancellationToken cancellation);
}

/// <summary>What was seen.</summary>
/// <param name="catalogue">As of then.</param>
/// <param name="mark">Equal as long as nothing changed.</param>
/// <param name="held">What whoever takes the catalogue needs at once, kept until this is disposed of.</param>
internal sealed class PreparedLook(PreparedCatalogue catalogue, string mark, IDisposable? held) : IDisposable
{
    public PreparedCatalogue Catalogue => catalogue;

    public string Mark => mark;

    public void Dispose() => held?.Dispose();
}
