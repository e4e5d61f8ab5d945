using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Planning;

/// <summary>Whom a request's plan may name: what its caller wishes, and the catalogue's rules that it meets, all of which hold.</summary>
internal sealed class PlanConstraints
{
    /// <summary>No bound at all.</summary>
    public static readonly PlanConstraints None = new(RoutingWish.None, []);

    private readonly IReadOnlyList<Bound> _bounds;

    private PlanConstraints(RoutingWish wish, IReadOnlyList<RoutingRule> rules)
    {
        Bound[] bounds =
        [
            new("routing", FailureKind.InvalidArgument, "", wish.Allow, wish.Deny, wish.MaxCost),
            .. rules.Select(r => new Bound("model", FailureKind.Forbidden, $" by the rule {r.Name}", r.Allow, r.Deny, r.MaxCost)),
        ];
        _bounds = [.. bounds.Where(b => b.Bounds)];
        Labels = [.. wish.Labels.Concat(rules.SelectMany(r => r.Labels)).Distinct(StringComparer.Ordinal)];
        Expert = rules.Select(r => r.Expert).FirstOrDefault(e => e is not null);
        Notes = [.. rules.Select(r => new PlanNote(PlanNoteKinds.Rule, r.Expert ?? "", $"the rule {r.Name} holds"))];
    }

    /// <summary>That a host must have.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The expert that answers instead of the gate's choice, by the first rule that says one; null: none does.</summary>
    public string? Expert { get; }

    /// <summary>A line for each rule that holds.</summary>
    public IReadOnlyList<PlanNote> Notes { get; }

    public static PlanConstraints Of(RoutingWish wish, IReadOnlyList<RoutingRule> rules) =>
        ReferenceEquals(wish, RoutingWish.None) && rules.Count == 0 ? None : new PlanConstraints(wish, rules);

    /// <summary>A plan with the labels that its hosts must have, and with what held for it.</summary>
    public Plan Onto(Plan plan) => ReferenceEquals(this, None)
        ? plan
        : plan with
        {
            Labels = [.. plan.Labels.Union(Labels, StringComparer.Ordinal)],
            Parts = [.. plan.Parts.Select(p => p with { Labels = [.. p.Labels.Union(Labels, StringComparer.Ordinal)] })],
            OtherBases = [.. plan.OtherBases.Select(b => b with { Labels = [.. b.Labels.Union(Labels, StringComparer.Ordinal)] })],
            Notes = [.. Notes, .. plan.Notes],
        };

    /// <summary>Why an expert may not answer; null: it may.</summary>
    public ExpertProblem? ProblemOf(RoutableExpert expert)
    {
        foreach (var bound in _bounds)
        {
            string? kind = bound.Deny.Contains(expert.Name) || (bound.Allow.Count > 0 && !bound.Allow.Contains(expert.Name)) ? PlanNoteKinds.Denied
                : expert.Cost > bound.MaxCost ? PlanNoteKinds.Cost
                : null;
            if (kind is not null)
            {
                string text = kind == PlanNoteKinds.Denied
                    ? $"{expert.Name} is not allowed{bound.Whose}"
                    : FormattableString.Invariant($"{expert.Name} costs {expert.Cost}, and {bound.MaxCost} is the most that is allowed{bound.Whose}");
                return Problem(kind, text, bound.Kind, bound.Field);
            }
        }

        if (expert.Remote is not null)
        {
            // No host is looked for that has them: what is not said of the place does not hold there.
            return Labels.FirstOrDefault(label => !expert.Labels.Contains(label, StringComparer.Ordinal)) is { } missing
                ? Problem(PlanNoteKinds.Label, $"{expert.Name} is a remote model that is not of {missing}", FailureKind.InvalidArgument, "routing.labels")
                : null;
        }

        // A host has one value of a key.
        return Labels.FirstOrDefault(label => expert.Labels.Any(its => its != label && KeyOf(its).SequenceEqual(KeyOf(label)))) is { } wanted
            ? Problem(PlanNoteKinds.Label, $"{expert.Name} is not served by hosts of {wanted}", FailureKind.InvalidArgument, "routing.labels")
            : null;

        ExpertProblem Problem(string kind, string text, FailureKind failure, string field) => new(new PlanNote(kind, expert.Name, text), new Failure(failure, text, field));
    }

    private static ReadOnlySpan<char> KeyOf(string label) => label.AsSpan(0, label.IndexOf('=', StringComparison.Ordinal) + 1);

    /// <param name="Field">At fault, where nobody is left.</param>
    /// <param name="Kind">Of that failure.</param>
    /// <param name="Whose">The end of a sentence.</param>
    private sealed record Bound(string Field, FailureKind Kind, string Whose, IReadOnlyList<string> Allow, IReadOnlyList<string> Deny, double? MaxCost)
    {
        public bool Bounds => Allow.Count > 0 || Deny.Count > 0 || MaxCost is not null;
    }
}
