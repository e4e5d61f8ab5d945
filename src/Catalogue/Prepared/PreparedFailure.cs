namespace ExpertCluster.Catalogue.Prepared;

/// <summary>An expert that is wanted and could not be prepared: it is not in the catalogue, or as it was before.</summary>
/// <param name="Name">The expert's.</param>
/// <param name="Reason">For operators: one sentence that names what is wrong.</param>
public sealed record PreparedFailure(string Name, string Reason);
