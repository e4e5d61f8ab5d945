using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Gating.Routing;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Errors;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Telemetry;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Planning;

/// <summary>From a request to a plan: asks the gate where that is needed, and applies the routing policy.</summary>
internal sealed class RequestPlanner
{
    private readonly IRequestGate? _gate;
    private readonly RouterMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly RoutingPolicy _policy;
    private readonly RoutingCatalogue _catalogue;

    private readonly UnusableExperts _unusable;

    public RequestPlanner(
        GateSource gate, PreparedCatalogue catalogue, UnusableExperts unusable, RouterOptions options, RouterMetrics metrics, TimeProvider time)
    {
        _unusable = unusable;
        _gate = gate.Gate;
        _metrics = metrics;
        _time = time;
        _policy = new RoutingPolicy(new RoutingOptions { Candidates = options.CandidateLimit, Floor = options.GateFloor });
        _catalogue = new RoutingCatalogue(
            catalogue.Experts.Where(e => e.Name != e.Base).Select(e => new RoutableExpert(e.Name, e.Base, e.Adapter is null)),
            catalogue.Bases.Select(b => b.Name));
    }

    /// <exception cref="RouterException">The request can't be planned; the message names the field.</exception>
    public RoutingPlan Plan(CompleteRequest request)
    {
        var routing = ToRouting(request);
        var scores = RoutingPolicy.NeedsGate(routing, _catalogue) ? Score(request) : null;
        var decision = _policy.Decide(routing, _catalogue, scores);
        if (!decision.IsPlanned)
        {
            throw new RouterException(MapKind(decision.Error.Kind), decision.Error.Message, decision.Error.Field);
        }

        if (decision.Plan.Experts.Select(e => _unusable.ReasonOf(e.Name)).FirstOrDefault(reason => reason is not null) is { } reason)
        {
            throw new RouterException(RouterError.Unavailable, reason, "model");
        }

        if (decision.Plan.SpansBases)
        {
            throw new RouterException(
                RouterError.Unimplemented,
                $"the plan needs experts of several bases ({string.Join(", ", decision.Plan.Experts.Select(e => e.Name))}); merging across bases is not built yet",
                "merge");
        }

        _metrics.Planned(decision.Plan);
        return decision.Plan;
    }

    private GateScores Score(CompleteRequest request)
    {
        if (_gate is null)
        {
            throw new RouterException(
                RouterError.InvalidArgument, "model is auto, but no expert of this catalogue has examples or keywords; ask for one by name", "model");
        }

        long start = _time.GetTimestamp();
        var scores = _gate.Score(TextOf(request));
        _metrics.Gated(scores, _time.GetElapsedTime(start));

        // Whoever leaves the choice to the gate gets an answer of those that can give one.
        return scores with { Ranked = [.. scores.Ranked.Where(c => _unusable.ReasonOf(c.Name) is null)] };
    }

    /// <summary>What the gate reads: the prompt, or the last user message, as that is what is asked.</summary>
    private static string TextOf(CompleteRequest request) =>
        request.InputCase == CompleteRequest.InputOneofCase.Prompt
            ? request.Prompt
            : (request.Messages.Messages_.LastOrDefault(m => m.Role == "user") ?? request.Messages.Messages_[^1]).Content;

    private static RoutingRequest ToRouting(CompleteRequest request) => new()
    {
        Model = request.Model,
        Mode = (Gating.Routing.MergeMode)(request.Merge?.Mode ?? 0),
        Scope = (Gating.Routing.MergeScope)(request.Merge?.Scope ?? 0),
        K = request.Merge is { HasK: true } merge ? merge.K : null,
        Pinned = request.Merge is { } pinned ? [.. pinned.Experts.Select(e => new PlannedExpert(e.Name, e.Weight))] : [],
    };

    private static RouterError MapKind(RoutingErrorKind kind) => kind switch
    {
        RoutingErrorKind.UnknownExpert => RouterError.UnknownModel,
        RoutingErrorKind.Unimplemented => RouterError.Unimplemented,
        _ => RouterError.InvalidArgument,
    };
}
