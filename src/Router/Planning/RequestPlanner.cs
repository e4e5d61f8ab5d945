using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
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
        var scores = PlanPolicy.NeedsGate(request, state.Catalogue) ? Score(request, state) : null;
        var decision = _policy.Decide(request, state.Catalogue, scores);
        Throw(decision.Failure);
        var plan = versions.Choose(decision.Plan! with { GateRevision = state.GateRevision }, state.Canaries, request.Version, draws);
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

    private GateScores Score(CompletionRequest request, RoutingState state)
    {
        if (state.Gate is not { } gate)
        {
            throw new RequestFailedException(
                FailureKind.InvalidArgument, "model is auto, but no expert of this catalogue has examples or keywords; ask for one by name", "model");
        }

        long start = time.GetTimestamp();
        var scores = gate.Score(TextOf(request));
        metrics.Gated(scores, time.GetElapsedTime(start));

        // Whoever leaves the choice to the gate gets an answer of those that can give one.
        return scores with { Ranked = [.. scores.Ranked.Where(c => state.Catalogue.Find(c.Name) is not { } expert || unusable.ReasonOf(expert.Revision) is null)] };
    }

    /// <summary>What the gate reads: the prompt, or the last user message, as that is what is asked.</summary>
    private static string TextOf(CompletionRequest request) =>
        request.Messages is { } messages
            ? (messages.LastOrDefault(m => m.Role == ChatMessage.User) ?? messages[^1]).Content
            : request.Prompt!;

    private static void Throw(Failure? failure)
    {
        if (failure is not null)
        {
            throw new RequestFailedException(failure);
        }
    }
}
