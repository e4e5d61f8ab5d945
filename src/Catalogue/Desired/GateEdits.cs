using System.Globalization;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Learning;

namespace ExpertCluster.Catalogue.Desired;

/// <summary>Makes changes of the gates that the API wants.</summary>
internal static class GateEdits
{
    /// <returns>The next state, and what the record says of it.</returns>
    /// <exception cref="RequestFailedException">The change can't be made.</exception>
    public static (DesiredState Next, string What, string Details) Make(DesiredState state, GateChange change, CatalogueSnapshot catalogue) => change switch
    {
        FitGate fit => Fit(state, fit),
        ShiftGate shift => Shift(state, shift.Percent),
        PromoteGate promote => Promote(state, promote.Force, catalogue),
        RollBackGate => RollBack(state),
        _ => throw new RequestFailedException(Failure.Invalid("kind", "the change of the gate is of a kind that this version doesn't know")),
    };

    private static (DesiredState Next, string What, string Details) Fit(DesiredState state, FitGate fit)
    {
        RequirePercent(fit.Percent);
        if (ProblemOf(fit.Lessons) is { } problem)
        {
            throw new RequestFailedException(problem);
        }

        var stable = state.Gate.Stable ?? GateSpec.OfCatalogue;
        var candidate = new GateSpec { Lessons = Together(stable.Lessons, fit.Lessons), Kind = fit.Kind ?? stable.Kind, Percent = fit.Percent, Since = state.Version + 1 };
        return candidate.IsSameRecipe(stable)
            ? throw new RequestFailedException(new Failure(FailureKind.Conflict, "there is nothing to fit the gate to: no feedback that teaches what the stable gate wasn't taught, and no other kind", "kind"))
            : (With(state, state.Gate with { Candidate = candidate }), "fit_gate", string.Create(
                CultureInfo.InvariantCulture,
                $"{candidate.Lessons.Count} lessons, {candidate.Lessons.Except(stable.Lessons).Count()} of them new, kind {candidate.Kind?.ToString().ToLowerInvariant() ?? "of the file"}, {candidate.Percent} %"));
    }

    private static (DesiredState Next, string What, string Details) Shift(DesiredState state, int percent)
    {
        RequirePercent(percent);
        var candidate = CandidateOf(state);
        return (With(state, state.Gate with { Candidate = candidate with { Percent = percent } }), "shift_gate", string.Create(CultureInfo.InvariantCulture, $"{candidate.Percent} % to {percent} %"));
    }

    private static (DesiredState Next, string What, string Details) Promote(DesiredState state, bool force, CatalogueSnapshot catalogue)
    {
        var candidate = CandidateOf(state);
        var comparison = catalogue.GateCandidate is { } served && served.Since == candidate.Since ? served.Comparison : null;
        string figures = comparison is { HeldOut: > 0 } its
            ? string.Create(CultureInfo.InvariantCulture, $"of {its.HeldOut} texts held out the stable gate chose {its.StableRight} right, the candidate {its.CandidateRight}")
            : "it was not compared with the stable gate";
        if (!force && ObjectionTo(comparison, figures, catalogue) is { } objection)
        {
            throw Conflict($"the candidate {objection}; force promotes it all the same");
        }

        return (
            With(state, new DesiredGate { Stable = candidate with { Percent = 0 }, Previous = state.Gate.Stable ?? GateSpec.OfCatalogue }),
            "promote_gate",
            force ? $"forced; {figures}" : figures);
    }

    private static string? ObjectionTo(GateComparison? comparison, string figures, CatalogueSnapshot catalogue) => comparison switch
    {
        null when catalogue.Failures.FirstOrDefault(f => f.Name == PreparedNames.GateCandidate) is { } failure => $"can't be had: {failure.Reason}",
        null => "was not compared with the stable gate yet",
        { HeldOut: 0 } => "can't be compared with the stable gate: no expert has examples enough to hold one out",
        { StableRight: var stable, CandidateRight: var its } when its < stable => $"is worse: {figures}",
        _ => null,
    };

    private static (DesiredState Next, string What, string Details) RollBack(DesiredState state)
    {
        if (state.Gate.Candidate is not null)
        {
            return (With(state, state.Gate with { Candidate = null }), "roll_back_gate", "the candidate");
        }

        var previous = state.Gate.Previous ?? throw Conflict("there is no candidate, and no promotion to take back");
        return (With(state, new DesiredGate { Stable = previous.IsOfCatalogue ? null : previous }), "roll_back_gate", "the promotion");
    }

    private static DesiredState With(DesiredState state, DesiredGate gate) => state with { Gate = gate };

    private static GateSpec CandidateOf(DesiredState state) => state.Gate.Candidate ?? throw Conflict("there is no candidate: fit one");

    /// <summary>A text is one expert's: the newest says whose. Of more than may be the oldest go.</summary>
    private static List<GateLesson> Together(IReadOnlyList<GateLesson> before, IReadOnlyList<GateLesson> added)
    {
        List<GateLesson> newestFirst = [];
        HashSet<string> texts = new(StringComparer.Ordinal);
        int length = 0;
        foreach (var lesson in before.Concat(added).Reverse())
        {
            if (!texts.Add(lesson.Text))
            {
                continue;
            }

            length += lesson.Text.Length;
            if (newestFirst.Count == DesiredLimits.Lessons || length > DesiredLimits.LessonsLength)
            {
                break;
            }

            newestFirst.Add(lesson);
        }

        newestFirst.Reverse();
        return newestFirst;
    }

    private static void RequirePercent(int percent)
    {
        if (percent is < 0 or > 100)
        {
            throw new RequestFailedException(Failure.Invalid("percent", string.Create(CultureInfo.InvariantCulture, $"percent is {percent}; it must be a whole number from 0 to 100")));
        }
    }

    private static Failure? ProblemOf(IReadOnlyList<GateLesson> lessons)
    {
        if (lessons.Count > DesiredLimits.Lessons)
        {
            return Failure.Invalid("lessons", $"lessons has {lessons.Count} entries; at most {DesiredLimits.Lessons} are taken");
        }

        return lessons.Select((lesson, i) => ProblemOf(lesson, string.Create(CultureInfo.InvariantCulture, $"lessons[{i}]"))).FirstOrDefault(problem => problem is not null);
    }

    private static Failure? ProblemOf(GateLesson lesson, string field) =>
        !SpecNames.IsWellFormed(lesson.Expert) ? Failure.Invalid(field, $"{field} is of an expert whose name can be none")
        : lesson.Text.Length > DesiredLimits.LessonLength ? Failure.Invalid(field, $"{field} has {lesson.Text.Length} characters; it must have 1 to {DesiredLimits.LessonLength}")
        : LessonRule.LineOf(lesson.Text) != lesson.Text || lesson.Text.Length == 0 ? Failure.Invalid(field, $"{field} must be one line that is not blank, with single blanks between words")
        : null;

    private static RequestFailedException Conflict(string message) => new(new Failure(FailureKind.Conflict, message, "gate"));
}
