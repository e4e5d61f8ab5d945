namespace ExpertCluster.Router.Encoders;

/// <summary>How well documents go with queries, whatever API that is asked by.</summary>
/// <param name="Model">An encoder's name; "auto" or empty: the only one that gives scores, else the only one that gives vectors.</param>
/// <param name="Queries">One for all documents, or one for each.</param>
/// <param name="Documents">At least one.</param>
/// <param name="TruncateTokens">As of <see cref="EncodingRequest"/>; of a query and its document together where they are read together.</param>
internal sealed record ScoringRequest(string Model, IReadOnlyList<string> Queries, IReadOnlyList<string> Documents, int? TruncateTokens)
{
    public string QueryOf(int document) => Queries[Queries.Count == 1 ? 0 : document];
}
