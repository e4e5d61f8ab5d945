using ExpertCluster.Contracts;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>A kind of place that adapters and bases come from. Its name is the scheme of its URIs.</summary>
public interface IContentSource : IPolicy
{
    /// <summary>Without asking anybody.</summary>
    /// <returns>The end of a sentence that begins with the URI's place, or null where it can be read.</returns>
    string? ProblemOf(string uri);

    /// <summary>Asks once what is there, and ties all that is read later to that answer.</summary>
    /// <exception cref="Store.ContentException">It refuses, is away, or says what can't be.</exception>
    Task<ContentListing> ListAsync(string uri, CancellationToken cancellation);
}
