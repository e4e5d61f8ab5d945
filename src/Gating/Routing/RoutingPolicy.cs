using ExpertCluster.Gating.Serving;

namespace ExpertCluster.Gating.Routing;

/// <summary>From a request and the gate's scores to a plan. Pure: the same input gives the same plan. Thread-safe.</summary>
public sealed class RoutingPolicy
{
    /// <summary>Most experts at once.</summary>
    public const int MaxK = 4;

    /// <summary>Most experts that a caller may give.</summary>
    public const int MaxPinned = 16;

    private const string Auto = "auto";

    private readonly RoutingOptions _options;

    public RoutingPolicy(RoutingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Candidates is < 1 or > MaxPinned)
        {
            throw new ArgumentException($"candidates is {options.Candidates}; it must be from 1 to {MaxPinned}", nameof(options));
        }

        if (options.Floor is { } floor and not (>= 0 and <= 1))
        {
            throw new ArgumentException(FormattableString.Invariant($"floor is {floor}; it must be from 0 to 1"), nameof(options));
        }

        if (options.Minor is not (>= 0 and <= 1))
        {
            throw new ArgumentException(FormattableString.Invariant($"minor is {options.Minor}; it must be from 0 to 1"), nameof(options));
        }

        _options = options;
    }

    /// <summary>Whether <see cref="Decide"/> needs scores for this request.</summary>
    public static bool NeedsGate(RoutingRequest request, RoutingCatalogue catalogue)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(catalogue);
        return request.Pinned.Count == 0 && IsAuto(request.Model) && catalogue.Experts.Count > 1;
    }

    /// <param name="request">What the caller wants.</param>
    /// <param name="catalogue">What there is.</param>
    /// <param name="scores">Needed where <see cref="NeedsGate"/> says so, ignored elsewhere.</param>
    public RoutingDecision Decide(RoutingRequest request, RoutingCatalogue catalogue, GateScores? scores)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(catalogue);
        if (RoutingRequestCheck.Find(request, catalogue, IsAuto(request.Model)) is { } error)
        {
            return new RoutingDecision(null, error);
        }

        if (!IsAuto(request.Model))
        {
            return Alone(catalogue.Find(request.Model!)!, PlanReasons.Named);
        }

        if (request.Pinned.Count > 0)
        {
            return Pinned(request, catalogue);
        }

        if (catalogue.Experts.Count == 1)
        {
            return Alone(catalogue.Experts[0], PlanReasons.SingleExpert);
        }

        return Gated(request, catalogue, scores ?? throw new ArgumentNullException(nameof(scores), "This request needs the gate's scores."));
    }

    private static bool IsAuto(string? model) => string.IsNullOrEmpty(model) || model == Auto;

    private static RoutingDecision Alone(RoutableExpert expert, string reason) => RoutingDecision.Of(
        MergeContext.Plan(MergeMode.Route, MergeScope.Request, 1, [new Candidate(expert, 1)], normalise: true) with { Reason = reason });

    private RoutingDecision Pinned(RoutingRequest request, RoutingCatalogue catalogue)
    {
        bool alike = request.Pinned.All(p => p.Weight == 0);
        List<Candidate> candidates = [.. request.Pinned
            .Select(p => new Candidate(catalogue.Find(p.Name)!, alike ? 1 : p.Weight))
            .OrderByDescending(c => c.Weight)];
        var decision = Merge(new MergeContext(candidates, Pinned: true, request.Scope, request.K, _options), request.Mode);
        return decision.IsPlanned ? RoutingDecision.Of(decision.Plan with { Reason = PlanReasons.Pinned }) : decision;
    }

    private RoutingDecision Gated(RoutingRequest request, RoutingCatalogue catalogue, GateScores scores)
    {
        List<Candidate> candidates = [];
        foreach (var scored in scores.Ranked)
        {
            // The gate may be older than the catalogue: what is gone is left out.
            if (catalogue.Find(scored.Name) is { } expert)
            {
                candidates.Add(new Candidate(expert, scored.Probability));
            }
        }

        // A mode that isn't offered is refused whatever the gate says: an answer must not depend on the floor.
        var merged = candidates.Count == 0
            ? RoutingDecision.Fail(RoutingErrorKind.UnknownExpert, "model", "model is auto, but the gate knows none of the catalogue's experts")
            : Merge(new MergeContext(candidates, Pinned: false, request.Scope, request.K, _options), request.Mode);
        if (candidates.Count > 0 && !merged.IsPlanned)
        {
            return merged;
        }

        double best = candidates.Where(c => !c.Expert.IsGeneralist).Select(c => c.Weight).DefaultIfEmpty(0).Max();
        bool below = best < (_options.Floor ?? scores.Floor);
        if (below || candidates.Count == 0)
        {
            var generalist = catalogue.Find(scores.Generalist) ?? catalogue.Experts.FirstOrDefault(e => e.IsGeneralist);
            if (generalist is not null)
            {
                bool chosen = candidates.Count > 0 && candidates[0].Expert.IsGeneralist;
                return RoutingDecision.Of(Alone(generalist, chosen ? "" : PlanReasons.Floor).Plan! with { Scores = scores });
            }
        }

        return merged.IsPlanned ? RoutingDecision.Of(merged.Plan with { Scores = scores }) : merged;
    }

    private static RoutingDecision Merge(MergeContext context, MergeMode mode)
    {
        if (mode is MergeMode.Unspecified)
        {
            bool oneBase = context.Major.Where(c => context.Pinned || !c.Expert.IsGeneralist)
                .All(c => c.Expert.Base == context.Best.Expert.Base);
            mode = oneBase ? MergeMode.Route : MergeMode.Ensemble;
            if (mode is MergeMode.Ensemble && !context.Pinned)
            {
                context = context with { K = context.K ?? 2 };
            }
        }

        return MergePolicies.Find(mode)!.Plan(context);
    }
}
