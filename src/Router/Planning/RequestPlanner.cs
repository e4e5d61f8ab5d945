using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Gating;
using ExpertCluster.Router.Backends.Remote;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Telemetry;
using ExpertCluster.Router.Tools;
using ExpertCluster.Router.Versions;

namespace ExpertCluster.Router.Planning;

/// <summary>From a request to a plan: asks the gate where that is needed, and applies the policy.</summary>
internal sealed class RequestPlanner(
    RoutingStates states,
    RequestCheck check,
    PolicySet<IMergePolicy> merges,
    VersionChoice versions,
    UnusableExperts unusable,
    RemoteEndpoints remotes,
    ExpertLoad load,
    GateShadow shadow,
    GateBook gates,
    ToolParsers tools,
    RouterOptions options,
    RouterMetrics metrics,
    TimeProvider time)
{
    private readonly PlanPolicy _policy = new(merges, options.CandidateLimit, options.GateFloor, options.TokenHysteresis);

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
        PlanBounds bounds = new(e => constraints.ProblemOf(e) ?? (e.Remote is null ? UnusableOf(e, asked) : RemoteOf(e, asked, draws)), load.IsBusy);
        var (scores, candidate) = PlanPolicy.NeedsGate(asked, state.Catalogue) ? Score(asked, state, bounds, draws) : default;
        var decision = _policy.Decide(asked, candidate?.Catalogue ?? state.Catalogue, bounds, scores, ScoreOf(state));
        Throw(decision.Failure);
        var plan = constraints.Onto(decision.Plan!) with
        {
            GateRevision = candidate?.Revision ?? state.GateRevision,
            IsByCandidate = candidate is not null,
            Reason = isRuled ? PlanReasons.Rule : decision.Plan!.Reason,
        };
        plan = tools.Onto(versions.Choose(plan, state.Canaries, request.Version, draws), request.Tools, state.ToolParserOf(plan.Base));
        foreach (var expert in plan.Parts.Count > 0 ? [] : plan.Experts)
        {
            if (unusable.ReasonOf(expert.Revision) is { } reason)
            {
                throw new ExpertFailedException(expert.Name, new Failure(FailureKind.Unavailable, reason, "model"));
            }
        }

        metrics.Planned(plan);
        return plan;
    }

    /// <summary>Of parts of a question; null: there is no gate.</summary>
    private static Func<string, GateScores>? ScoreOf(RoutingState state) => state.Gate is { } gate ? gate.Score : null;

    /// <summary>Whoever leaves the choice to the gate gets an answer of those that can give one; of an expert that was named its canary may.</summary>
    private ExpertProblem? UnusableOf(RoutableExpert expert, CompletionRequest asked) =>
        PlanPolicy.IsGated(asked) && unusable.ReasonOf(expert.Revision) is { } reason
            ? new ExpertProblem(new PlanNote(PlanNoteKinds.Unusable, expert.Name, reason), new Failure(FailureKind.Unavailable, reason, "model"))
            : null;

    /// <summary>Whoever leaves the choice to the gate gets no remote model that failed at the request, or does not answer just now.</summary>
    private ExpertProblem? RemoteOf(RoutableExpert expert, CompletionRequest asked, VersionDraws draws) =>
        (RemoteLimits.ProblemOf(asked, expert.Name) ?? draws.Left?.GetValueOrDefault(expert.Name) ?? (PlanPolicy.IsGated(asked) ? remotes.ProblemOf(expert.Name, expert.Remote!) : null)) is { } failure
            ? new ExpertProblem(new PlanNote(PlanNoteKinds.Remote, expert.Name, failure.Message), failure)
            : null;

    /// <summary>By the candidate where it is drawn; else by the gate, and the candidate sees a copy.</summary>
    private (GateScores Scores, CandidateGate? Candidate) Score(CompletionRequest request, RoutingState state, PlanBounds bounds, VersionDraws draws)
    {
        string[] turns = [.. GateText.Turns(request)];
        if (state.Candidate is { } candidate && draws.IsOfCandidate(candidate.Percent))
        {
            try
            {
                return (Score(candidate.Gate, turns, candidate.Catalogue, bounds), candidate);
            }
            catch (GateRunException)
            {
                draws.LeaveCandidate();
                gates.FellBack(candidate.Revision);
            }
        }

        if (state.Gate is not { } gate)
        {
            throw new RequestFailedException(
                FailureKind.InvalidArgument, "model is auto, but no expert of this catalogue has examples, keywords or what else its gate learns from; ask for one by name", "model");
        }

        try
        {
            var scores = Score(gate, turns, state.Catalogue, bounds);
            if (state.Candidate is { } other && draws.TakeCopy())
            {
                shadow.Offer(other.Revision, turns, scores.Choice(options.GateFloor));
            }

            return (scores, null);
        }
        catch (GateRunException)
        {
            // The generalist answers meanwhile, and the figure says that it does.
            metrics.GateFailed();
            return (Generalist(state.Catalogue), null);
        }
    }

    /// <exception cref="GateRunException">The gate failed at this text.</exception>
    private GateScores Score(IRequestGate gate, string[] turns, RoutingCatalogue catalogue, PlanBounds bounds)
    {
        long start = time.GetTimestamp();
        var scores = ConversationScores.Of(gate.Score, turns);
        if (scores.Rest > 0 && !scores.Ranked.Any(c => catalogue.Find(c.Name) is { IsGeneralist: false } expert && bounds.ProblemOf(expert) is null))
        {
            // None of the likeliest may answer: one of the others does.
            scores = ConversationScores.Of(gate.ScoreAll, turns);
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
