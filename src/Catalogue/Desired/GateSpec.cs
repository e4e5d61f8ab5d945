using System.Text.Json.Serialization;
using ExpertCluster.Learning;

namespace ExpertCluster.Catalogue.Desired;

/// <summary>What a gate is made from beside the catalogue. Nothing of its own: the catalogue's gate.</summary>
public sealed record GateSpec
{
    public static readonly GateSpec OfCatalogue = new();

    /// <summary>At most <see cref="DesiredLimits.Lessons"/>, the oldest first.</summary>
    public IReadOnlyList<GateLesson> Lessons { get; init; } = [];

    /// <summary>How the request gate works; null: as the catalogue file says.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<GateKind>))]
    public GateKind? Kind { get; init; }

    /// <summary>Of the requests that are the gate's to plan, 0 to 100, that it plans as a candidate.</summary>
    public int Percent { get; init; }

    /// <summary>The state's version that it came with: what tells one candidate from the next.</summary>
    public long Since { get; init; }

    [JsonIgnore]
    public bool IsOfCatalogue => Lessons.Count == 0 && Kind is null;

    /// <summary>Whether another one is made from the same.</summary>
    public bool IsSameRecipe(GateSpec other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Kind == other.Kind && Lessons.SequenceEqual(other.Lessons);
    }

    /// <summary>The catalogue that such a gate is taught from.</summary>
    public ExpertCatalogue Onto(ExpertCatalogue catalogue)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        var lessons = Lessons.ToLookup(l => l.Expert, l => l.Text, StringComparer.Ordinal);
        return catalogue with
        {
            Gate = catalogue.Gate with { Kind = Kind ?? catalogue.Gate.Kind },
            Experts = [.. catalogue.Experts.Select(e => e with { Lessons = [.. lessons[e.Name]] })],
        };
    }

    /// <summary>Why there can be no such gate of a catalogue; null: nothing is known to be wrong.</summary>
    public string? ProblemWith(ExpertCatalogue catalogue)
    {
        var made = Onto(catalogue);
        string kind = made.Gate.Kind.ToString().ToLowerInvariant();
        return made.Gate is { Kind: not GateKind.Ngrams, Model: null } ? $"kind {kind} reads texts by a {made.Gate.ModelName}, and the catalogue file names none: gate: {GateSection.ModelKey(made.Gate.Classifies)}"
            : made.Experts.Count(made.Gates) is var gated && gated > made.MostGated ? $"it would learn {gated} experts; one of kind {kind} may have {made.MostGated}"
            : null;
    }
}
