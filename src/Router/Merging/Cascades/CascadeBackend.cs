using System.Globalization;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Backends;
using ExpertCluster.Router.Costs;
using ExpertCluster.Router.Options;

namespace ExpertCluster.Router.Merging.Cascades;

/// <summary>
/// Asks the plan's experts one after the other, until an answer is not doubted. Whoever is asked in the end, with the draft's vocabulary, gets the draft as a guess: what both agree
/// on is checked, not written. An expert that can't answer is passed over; where it is the last one, what was drafted before is the answer, doubted or not.
/// </summary>
internal sealed class CascadeBackend(BackendSet backends, CascadeOptions options) : IBackend
{
    private readonly DraftReader _drafts = new(backends, options.Signal);
    private readonly double _intercept = options.Intercept ?? DoubtSignals.Usual(options.Signal).Intercept;
    private readonly double _slope = options.Slope ?? DoubtSignals.Usual(options.Signal).Slope;

    public string Name => CascadePolicy.Cascade;

    public bool Serves(Plan plan) => plan.Merge == CascadePolicy.Cascade && plan.Parts.Count > 0;

    public async Task<IAnswerStream> OpenAsync(BackendCall call, CancellationToken cancellation)
    {
        List<PlanNote> notes = [];
        IReadOnlyList<ExpertUsage> spent = [];
        Draft? draft = null;
        for (int stage = 0; ; stage++)
        {
            var part = PartialPlans.Ready(call.Plan, call.Plan.Parts[stage]);
            bool isLast = stage == call.Plan.Parts.Count - 1;
            try
            {
                var its = call with { Plan = part, Guess = Guess(call.Plan, stage, draft) };
                if (isLast)
                {
                    return new LastStage(await backends.Of(part).OpenAsync(its, cancellation), part, spent, Told(draft, notes));
                }

                var next = await _drafts.ReadAsync(its, seen => IsTooMuch(Doubt(seen)), cancellation);
                spent = CostMeter.Sum(spent, next.Usage);
                draft = next;
                if (next.IsWhole && next.Seen is { } seen && !IsTooMuch(Doubt(seen)))
                {
                    notes.Add(new PlanNote(PlanNoteKinds.Merge, next.Expert, $"{next.Expert}'s answer was kept: {InWords(Doubt(seen))}"));
                    return new KeptDraft(next, spent, Told(next, notes));
                }

                notes.Add(new PlanNote(PlanNoteKinds.Merge, next.Expert, $"{next.Expert}'s answer was left: {Why(next)}"));
            }
            catch (RequestFailedException error) when (error is not PlanOutdatedException && error.Failure.Kind is not (FailureKind.Cancelled or FailureKind.DeadlineExceeded))
            {
                if (!isLast)
                {
                    notes.Add(new PlanNote(PlanNoteKinds.Merge, part.Experts[0].Name, $"{part.Experts[0].Name} was passed over: {error.Failure.Message}"));
                }
                else if (draft is { IsWhole: true })
                {
                    notes.Add(new PlanNote(PlanNoteKinds.Merge, draft.Expert, $"{draft.Expert}'s answer was taken after all: {error.Failure.Message}"));
                    return new KeptDraft(draft, spent, Told(draft, notes));
                }
                else
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Where the next one has the vocabulary that the draft is written in.</summary>
    private static IReadOnlyList<int> Guess(Plan whole, int stage, Draft? draft)
    {
        if (draft is null)
        {
            return [];
        }

        var writer = whole.Parts.First(p => p.Experts[0].Name == draft.Expert);
        var next = whole.Parts[stage];
        return next.Base == writer.Base || (next.Vocabulary.Length > 0 && next.Vocabulary == writer.Vocabulary) ? draft.Tokens : [];
    }

    private static string InWords(double doubt) => string.Create(CultureInfo.InvariantCulture, $"it is wrong with a probability of {doubt:0.00}");

    private string Why(Draft draft) => draft.Seen is { } seen ? draft.IsWhole || IsTooMuch(Doubt(seen)) ? InWords(Doubt(seen)) : "it is longer than a draft may be" : "nothing is known of how sure it is";

    private bool IsTooMuch(double doubt) => doubt > options.Doubt || options.Doubt == 0;

    private double Doubt(double seen) => 1 / (1 + Math.Exp(-(_intercept + (_slope * seen))));

    private Func<Plan, Plan> Told(Draft? draft, List<PlanNote> notes)
    {
        double? doubt = draft?.Seen is { } seen ? Doubt(seen) : null;
        return plan => plan with { Doubt = doubt, Notes = [.. plan.Notes, .. notes] };
    }
}
