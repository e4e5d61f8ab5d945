using System.Collections.Immutable;

namespace ExpertCluster.Catalogue.Desired;

/// <summary>
/// What the API wants, beside what the catalogue file says. A name belongs to who had it first: experts of the file are changed in the
/// file, those of the API here; where the file comes to have a name of the API's, the file's holds, and the API's entry rests until the file
/// lets go of it. What the API says of replicas, pins and versions (<see cref="Adjustments"/>) goes before either.
/// </summary>
public sealed record DesiredState
{
    public static readonly DesiredState Empty = new();

    public int Format { get; init; } = DesiredStateJson.CurrentFormat;

    /// <summary>Grows by one with each change; 0: nothing was ever asked for.</summary>
    public long Version { get; init; }

    /// <summary>The API's own, by name. A reader of JSON knows no comparer: names differ by their letters, whatever a culture thinks.</summary>
    public ImmutableSortedDictionary<string, ExpertSpec> Experts { get; init => field = value.WithComparers(StringComparer.Ordinal); } =
        ImmutableSortedDictionary.Create<string, ExpertSpec>(StringComparer.Ordinal);

    /// <summary>By the expert's name.</summary>
    public ImmutableSortedDictionary<string, Adjustment> Adjustments { get; init => field = value.WithComparers(StringComparer.Ordinal); } =
        ImmutableSortedDictionary.Create<string, Adjustment>(StringComparer.Ordinal);

    /// <summary>Hosts that shall take nothing new.</summary>
    public ImmutableSortedSet<string> DrainedHosts { get; init => field = value.WithComparer(StringComparer.Ordinal); } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    public DesiredGate Gate { get; init; } = DesiredGate.OfCatalogue;

    /// <summary>The last ones, the newest at the end; at most <see cref="DesiredLimits.Changes"/>.</summary>
    public ImmutableList<ChangeRecord> Changes { get; init; } = [];
}
