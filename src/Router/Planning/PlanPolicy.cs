using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Merging;

namespace ExpertCluster.Router.Planning;

/// <summary>From a request and the gate's scores to a plan. Pure: the same input gives the same plan. Thread-safe.</summary>
/// <param name="merges">The merges that there are.</param>
/// <param name="candidates">Experts that a token-scope plan may choose among, the generalist not counted.</param>
/// <param name="hysteresis">By what probability another expert has to be likelier than that of the token before, where a request does not say.</param>
/// <param name="floor">Least probability of the likeliest expert, below which the generalist answers; null: what training found.</param>
internal sealed class PlanPolicy(PolicySet<IMergePolicy> merges, int candidates, double? floor, double hysteresis = 0)
{
    /// <summary>An expert of the gate below this probability neither joins an ensemble nor makes a plan span bases.</summary>
    private const double Minor = 0.1;

    /// <summary>Of the likeliest expert's probability: another one of at least so much may go before it.</summary>
    private const double NearlyEqual = 0.9;

    /// <summary>Whether nobody but the gate chooses.</summary>
    public static bool IsGated(CompletionRequest request) => request.IsAuto && request.Merge.Experts.Count == 0;

    /// <summary>Whether <see cref="Decide"/> needs scores for this request.</summary>
    public static bool NeedsGate(CompletionRequest request, RoutingCatalogue catalogue) => IsGated(request) && catalogue.Experts.Count > 1;

    /// <param name="request">What the caller wants; <see cref="RequestCheck"/> found nothing wrong with it, by the same catalogue.</param>
    /// <param name="catalogue">What there is.</param>
    /// <param name="bounds">What holds beside it.</param>
    /// <param name="scores">Needed where <see cref="NeedsGate"/> says so, ignored elsewhere.</param>
    /// <param name="score">Scores parts of the question; null: there is no gate.</param>
    public PlanDecision Decide(CompletionRequest request, RoutingCatalogue catalogue, PlanBounds bounds, GateScores? scores, Func<string, GateScores>? score = null)
    {
        if (!request.IsAuto)
        {
            return Checked(Alone(catalogue.Find(request.Model)!, PlanReasons.Named), catalogue, bounds);
        }

        if (request.Merge.Experts.Count > 0)
        {
            return Checked(Pinned(request, catalogue, score), catalogue, bounds);
        }

        if (catalogue.Experts.Count == 1)
        {
            return Checked(Alone(catalogue.Experts[0], PlanReasons.SingleExpert), catalogue, bounds);
        }

        return Gated(request, catalogue, bounds, scores ?? throw new ArgumentNullException(nameof(scores), "This request needs the gate's scores."), score);
    }

    /// <summary>A plan that nobody but its caller chose: what may not answer fails it.</summary>
    private static PlanDecision Checked(PlanDecision decision, RoutingCatalogue catalogue, PlanBounds bounds) =>
        decision.Plan?.Experts.Select(e => bounds.ProblemOf(catalogue.Find(e.Name)!)).FirstOrDefault(p => p is not null) is { } problem
            ? new PlanDecision(null, problem.Failure)
            : decision;

    private static PlanDecision Alone(RoutableExpert expert, string reason) => PlanDecision.Of(
        MergeContext.Plan(RoutePolicy.Route, MergeForm.Route, MergeScope.Request, 1, [new Candidate(expert, 1)], normalise: true) with { Reason = reason });

    private PlanDecision Pinned(CompletionRequest request, RoutingCatalogue catalogue, Func<string, GateScores>? score)
    {
        bool alike = request.Merge.Experts.All(p => p.Weight == 0);
        List<Candidate> pinned = [.. request.Merge.Experts
            .Select(p => new Candidate(catalogue.Find(p.Name)!, alike ? 1 : p.Weight))
            .OrderByDescending(c => c.Weight)];
        var decision = Merge(ContextOf(pinned, isPinned: true, request, score), request.Merge.Name);
        return decision.IsPlanned ? PlanDecision.Of(decision.Plan with { Reason = PlanReasons.Pinned }) : decision;
    }

    private PlanDecision Gated(CompletionRequest request, RoutingCatalogue catalogue, PlanBounds bounds, GateScores scores, Func<string, GateScores>? score)
    {
        var (scored, notes, problem) = Scored(catalogue, bounds, scores);
        if (Freer(scored, bounds) is { } note)
        {
            notes.Add(note);
        }

        // A mode that isn't offered is refused whatever the gate says: an answer must not depend on the floor.
        var merged = scored.Count == 0
            ? new PlanDecision(null, problem ?? new Failure(FailureKind.UnknownModel, "model is auto, but the gate knows none of the catalogue's experts", "model"))
            : Merge(ContextOf(scored, isPinned: false, request, score) with { Reserves = [.. catalogue.Reserves.Where(e => bounds.ProblemOf(e) is null)] }, request.Merge.Name);
        if (scored.Count > 0 && !merged.IsPlanned)
        {
            return merged;
        }

        double best = scored.Where(c => !c.Expert.IsGeneralist).Select(c => c.Weight).DefaultIfEmpty(0).Max();
        bool below = best < (floor ?? scores.Floor);
        var plan = (below || scored.Count == 0) && Generalist(catalogue, bounds, scores) is { } generalist ? BelowFloor(scored, generalist, best, merged) : merged.Plan;
        return plan is null ? merged : PlanDecision.Of(plan with { Scores = scores, Notes = [.. notes, .. plan.Notes] });
    }

    /// <summary>Those that may answer, what is to be said of likely ones that may not, and why the likeliest of these may not.</summary>
    private static (List<Candidate> Scored, List<PlanNote> Notes, Failure? Problem) Scored(RoutingCatalogue catalogue, PlanBounds bounds, GateScores scores)
    {
        List<Candidate> scored = [];
        List<PlanNote> notes = [];
        Failure? first = null;
        foreach (var (name, probability) in scores.Ranked)
        {
            // The gate may be older than the catalogue: what is gone is left out.
            if (catalogue.Find(name) is not { } expert)
            {
                continue;
            }

            if (bounds.ProblemOf(expert) is not { } problem)
            {
                scored.Add(new Candidate(expert, probability));
                continue;
            }

            first ??= problem.Failure;
            if (probability >= Minor)
            {
                notes.Add(problem.Note);
            }
        }

        return (scored, notes, first);
    }

    /// <summary>Lets the second go first where the first is busy, and hardly likelier.</summary>
    private static PlanNote? Freer(List<Candidate> scored, PlanBounds bounds)
    {
        if (scored is not [var first, var second, ..] || first.Expert.IsGeneralist || second.Expert.IsGeneralist
            || second.Weight < NearlyEqual * first.Weight || !bounds.IsBusy(first.Expert) || bounds.IsBusy(second.Expert))
        {
            return null;
        }

        (scored[0], scored[1]) = (second, first);
        return new PlanNote(PlanNoteKinds.Busy, first.Expert.Name, $"hosts of {first.Expert.Name} are busy; {second.Expert.Name} is nearly as likely, and free");
    }

    private static RoutableExpert? Generalist(RoutingCatalogue catalogue, PlanBounds bounds, GateScores scores)
    {
        var its = catalogue.Find(scores.Generalist);
        return its is not null && bounds.ProblemOf(its) is null ? its : catalogue.Experts.FirstOrDefault(e => e.IsGeneralist && bounds.ProblemOf(e) is null);
    }

    /// <summary>
    /// The generalist. Where an expert leads all the same, and experts are chosen token by token, it stays a candidate, and the generalist stands beside it as
    /// its equal: what a long prompt says about its field, its tokens say louder than its sum.
    /// </summary>
    private static Plan BelowFloor(List<Candidate> scored, RoutableExpert generalist, double best, PlanDecision merged)
    {
        // Whoever drafts first, a dearer one is asked where the draft is doubted.
        if (merged.Plan is { Parts.Count: > 0 } staged)
        {
            return staged with { Reason = PlanReasons.Floor };
        }

        if (scored.Count > 0 && scored[0].Expert.IsGeneralist)
        {
            return Alone(generalist, reason: "").Plan!;
        }

        return merged.Plan is { Scope: MergeScope.Token } open && open.Experts.Any(e => e.Name == generalist.Name)
            ? open with
            {
                Experts = [.. open.Experts.Select(e => e.Name == generalist.Name ? e with { Weight = best } : e).OrderByDescending(e => e.Name == generalist.Name)],
                Reason = PlanReasons.Floor,
            }
            : Alone(generalist, PlanReasons.Floor).Plan!;
    }

    private static string NoTokenGate(Plan plan) => plan.Remote is null
        ? $"base {plan.Base} has no token gate, so the plan is of request scope"
        : $"{plan.Base} is a remote model, which answers as a whole: the plan is of request scope";

    private MergeContext ContextOf(List<Candidate> of, bool isPinned, CompletionRequest request, Func<string, GateScores>? score) =>
        new(of, isPinned, request.Merge.Scope, request.Merge.K, candidates, Minor)
        {
            GeneralistWeight = request.Merge.GeneralistWeight,
            Hysteresis = request.Merge.Hysteresis ?? hysteresis,
            HasTools = request.Tools.IsOpen,
            HasEcho = request.Echo,
            HasStructure = request.Structure is not null,
            Question = GateText.Of(request),
            Choose = score is null ? null : text => Chosen(of, score(text)),
        };

    /// <summary>Of those that may answer, who is likeliest for a text, if anybody is likely enough.</summary>
    private Candidate? Chosen(List<Candidate> of, GateScores scores)
    {
        foreach (var (name, probability) in scores.Ranked)
        {
            int at = of.FindIndex(c => c.Expert.Name == name);
            if (at >= 0)
            {
                return probability >= (floor ?? scores.Floor) && !of[at].Expert.IsGeneralist ? of[at] : null;
            }
        }

        return null;
    }

    private static PlanDecision Noted(PlanDecision decision, PlanNote[] notes) =>
        notes.Length > 0 && decision.IsPlanned ? PlanDecision.Of(decision.Plan with { Notes = [.. notes, .. decision.Plan.Notes] }) : decision;

    /// <summary>By the merge of that name, or the one that suits. Where nothing can choose token by token, the plan is of request scope and says so.</summary>
    private PlanDecision Merge(MergeContext context, string? name)
    {
        PlanNote[] left = [];
        if (name is null)
        {
            Candidate[] others = [.. context.Major.Where(c => (context.Pinned || !c.Expert.IsGeneralist) && c.Expert.Base != context.Best.Expert.Base)];
            Candidate[] foreign = [.. others.Where(c => !MergeContext.ShareVocabulary(c.Expert, context.Best.Expert))];

            // Those of the likeliest one's base can still be told apart token by token.
            bool stays = !context.Pinned && foreign.Length == others.Length;
            left = stays ? [.. foreign.Select(c => EnsemblePolicy.Foreign(c.Expert, context.Best.Expert))] : [];
            name = stays || others.Length == 0 ? RoutePolicy.Route : EnsemblePolicy.Ensemble;
            if (name == EnsemblePolicy.Ensemble && !context.Pinned)
            {
                context = context with { K = context.K ?? 2 };
            }
        }

        var policy = merges.Find(name)!;
        var decision = Noted(policy.Plan(context), left);
        if (decision.Plan is not { Scope: MergeScope.Token } || context.Best.Expert.HasTokenGate)
        {
            return decision;
        }

        var coarser = Noted(policy.Plan(context with { Scope = MergeScope.Request }), left);
        return coarser.IsPlanned
            ? PlanDecision.Of(coarser.Plan with { Notes = [new PlanNote(PlanNoteKinds.Scope, "", NoTokenGate(coarser.Plan)), .. coarser.Plan.Notes] })
            : coarser;
    }
}
