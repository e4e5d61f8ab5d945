using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Gating;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Telemetry;

namespace ExpertCluster.Router.Planning;

/// <summary>From a request to a plan: asks the gate where that is needed, and applies the policy.</summary>
internal sealed class RequestPlanner(
    RoutingStates states,
    RequestCheck check,
    PolicySet<IMergePolicy> merges,
    VersionChoice versions,
    UnusableExperts unusable,
    ExpertLoad load,
    RouterOptions options,
    RouterMetrics metrics,
    TimeProvider time)
{
    private readonly PlanPolicy _policy = new(merges, options.CandidateLimit, options.GateFloor);

    /// <exception cref="RequestFailedException">Something is wrong with the request; the message names the field.</exception>
    public void Check(CompletionRequest request) => Throw(check.Find(request, states.Current.Catalogue));

    /// <param name="request">What the caller wants.</param>
    /// <param name="draws">The same for all plans of a request.</param>
    /// <exception cref="RequestFailedException">The request can't be planned; the message names the field.</exception>
    public Plan Plan(CompletionRequest request, VersionDraws draws)
    {
        var state = states.Enter();
        try
        {
            return Plan(request, state.Value, draws);
        }
        finally
        {
            state.Leave();
        }
    }

    private Plan Plan(CompletionRequest request, RoutingState state, VersionDraws draws)
    {
        // The catalogue may have changed while the request waited; sizes and ranges have not.
        Throw(check.FindName(request, state.Catalogue));
        var constraints = PlanConstraints.Of(request.Routing, state.Rules.Match(request));
        bool isRuled = constraints.Expert is not null && request.IsAuto && request.Merge.Experts.Count == 0;
        var asked = isRuled ? request with { Model = constraints.Expert! } : request;
        PlanBounds bounds = new(e => constraints.ProblemOf(e) ?? UnusableOf(e, asked), load.IsBusy);
        var scores = PlanPolicy.NeedsGate(asked, state.Catalogue) ? Score(asked, state, bounds) : null;
        var decision = _policy.Decide(asked, state.Catalogue, bounds, scores);
        Throw(decision.Failure);
        var plan = constraints.Onto(decision.Plan!) with { GateRevision = state.GateRevision, Reason = isRuled ? PlanReasons.Rule : decision.Plan!.Reason };
        plan = versions.Choose(plan, state.Canaries, request.Version, draws);
        foreach (var expert in plan.Experts)
        {
            if (unusable.ReasonOf(expert.Revision) is { } reason)
            {
                throw new ExpertFailedException(expert.Name, new Failure(FailureKind.Unavailable, reason, "model"));
            }
        }

        metrics.Planned(plan);
        return plan;
    }

    /// <summary>Whoever leaves the choice to the gate gets an answer of those that can give one; of an expert that was named its canary may.</summary>
    private ExpertProblem? UnusableOf(RoutableExpert expert, CompletionRequest asked) =>
        PlanPolicy.IsGated(asked) && unusable.ReasonOf(expert.Revision) is { } reason
            ? new ExpertProblem(new PlanNote(PlanNoteKinds.Unusable, expert.Name, reason), new Failure(FailureKind.Unavailable, reason, "model"))
            : null;

    private GateScores Score(CompletionRequest request, RoutingState state, PlanBounds bounds)
    {
        if (state.Gate is not { } gate)
        {
            throw new RequestFailedException(
                FailureKind.InvalidArgument, "model is auto, but no expert of this catalogue has examples, keywords or what else its gate learns from; ask for one by name", "model");
        }

        long start = time.GetTimestamp();
        GateScores scores;
        try
        {
            scores = ConversationScores.Of(gate.Score, GateText.Turns(request));
            if (scores.Rest > 0 && !scores.Ranked.Any(c => state.Catalogue.Find(c.Name) is { IsGeneralist: false } expert && bounds.ProblemOf(expert) is null))
            {
                // None of the likeliest may answer: one of the others does.
                scores = ConversationScores.Of(gate.ScoreAll, GateText.Turns(request));
            }
        }
        catch (GateRunException)
        {
            // The generalist answers meanwhile, and the figure says that it does.
            metrics.GateFailed();
            return Generalist(state.Catalogue);
        }

        metrics.Gated(scores, time.GetElapsedTime(start));
        return scores;
    }

    private static GateScores Generalist(RoutingCatalogue catalogue)
    {
        string name = (catalogue.Experts.FirstOrDefault(e => e.IsGeneralist)?.Name) ?? catalogue.Experts[0].Base;
        return new GateScores { Ranked = [new ScoredClass(name, 1)], Generalist = name, Floor = 1 };
    }

    private static void Throw(Failure? failure)
    {
        if (failure is not null)
        {
            throw new RequestFailedException(failure);
        }
    }
}
