namespace ExpertCluster.Gating.Routing;

/// <summary>An expert with what speaks for it: the gate's probability, or the caller's weight.</summary>
internal readonly record struct Candidate(RoutableExpert Expert, double Weight);

/// <summary>What a merge policy plans from.</summary>
/// <param name="Candidates">The largest weight first; never empty. Pinned, or scored by the gate.</param>
/// <param name="Pinned">Whether the caller gave the candidates, so that none may be added or left out for its weight.</param>
internal sealed record MergeContext(IReadOnlyList<Candidate> Candidates, bool Pinned, MergeScope Scope, int? K, RoutingOptions Options)
{
    /// <summary>The best expert that is no generalist, or the best of all.</summary>
    public Candidate Best => Candidates.FirstOrDefault(c => !c.Expert.IsGeneralist, Candidates[0]);

    /// <summary>Those that matter: all that were pinned, else what is likely enough.</summary>
    public IEnumerable<Candidate> Major => Candidates.Where(c => Pinned || c.Weight >= Options.Minor);

    public static RoutingPlan Plan(MergeMode mode, MergeScope scope, int k, IReadOnlyList<Candidate> chosen, bool normalise)
    {
        double sum = normalise ? chosen.Sum(c => c.Weight) : 1;
        return new RoutingPlan
        {
            Base = chosen[0].Expert.Base,
            Mode = mode,
            Scope = scope,
            K = k,
            Experts = [.. chosen.Select(c => new PlannedExpert(c.Expert.Name, sum > 0 ? c.Weight / sum : 1.0 / chosen.Count))],
            SpansBases = chosen.Any(c => c.Expert.Base != chosen[0].Expert.Base),
        };
    }
}
