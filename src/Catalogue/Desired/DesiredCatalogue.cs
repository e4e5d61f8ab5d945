using ExpertCluster.Catalogue.Prepared;

namespace ExpertCluster.Catalogue.Desired;

/// <summary>A catalogue file and the API's desired state as one catalogue. What rule holds where both speak, <see cref="DesiredState"/> says.</summary>
public sealed record DesiredCatalogue
{
    public required ExpertCatalogue Catalogue { get; init; }

    /// <summary>Version of the desired state in it.</summary>
    public required long Version { get; init; }

    /// <summary>Experts of the API that can't be in it at all, and gates that can't be, and why.</summary>
    public required IReadOnlyList<PreparedFailure> Failures { get; init; }

    /// <summary>What another gate beside the catalogue's is made from; null: there shall be none, or there can't be this one.</summary>
    public GateSpec? GateCandidate { get; init; }

    public static DesiredCatalogue Of(ExpertCatalogue file, DesiredState desired, SpecFolders folders)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(desired);
        ArgumentNullException.ThrowIfNull(folders);
        HashSet<string> names = [.. file.Bases.Select(b => b.Name), .. file.Experts.Select(e => e.Name), .. file.Encoders.Select(e => e.Name)];
        List<ExpertEntry> entries = [.. file.Experts];
        List<PreparedFailure> failures = [];
        int gated = file.Experts.Count(file.Gates);
        foreach (var spec in desired.Experts.Values)
        {
            // A name of the file's is the file's: the entry rests, and is shown as the file's expert.
            if (names.Contains(spec.Name))
            {
                continue;
            }

            if (!file.Bases.Any(b => b.Name == spec.Base))
            {
                failures.Add(new PreparedFailure(spec.Name, $"base '{spec.Base}' is no longer in the catalogue file"));
                continue;
            }

            var bare = Bare(spec, folders);

            // The file may have grown since the API was asked.
            if (entries.Count == CatalogueLimits.Experts)
            {
                failures.Add(new PreparedFailure(spec.Name, $"the catalogue has {CatalogueLimits.Experts} experts, as many as may be"));
                continue;
            }

            gated += file.Gates(bare with { Adapter = spec.Adapter }) ? 1 : 0;
            if (gated > file.MostGated)
            {
                gated--;
                failures.Add(new PreparedFailure(
                    spec.Name, $"the gate learns {gated} experts, as many as gate: kind {file.Gate.Kind.ToString().ToLowerInvariant()} may have"));
                continue;
            }

            try
            {
                entries.Add(WithAdapters(bare, spec, folders));
            }
            catch (CatalogueException error)
            {
                entries.Add(bare with { Problem = error.Message.ReplaceLineEndings(" ") });
            }
        }

        var catalogue = file with { Experts = [.. entries.Select(e => Adjusted(e, desired.Adjustments.GetValueOrDefault(e.Name, Adjustment.None)))] };
        return new DesiredCatalogue
        {
            Catalogue = Gated(catalogue, desired.Gate.Stable ?? GateSpec.OfCatalogue, failures),
            GateCandidate = desired.Gate.Candidate is { } candidate && CanBe(catalogue, candidate, PreparedNames.GateCandidate, failures) ? candidate : null,
            Version = desired.Version,
            Failures = failures,
        };
    }

    /// <summary>The file may have changed since a gate was promoted: then the catalogue's own kind learns what that was taught.</summary>
    private static ExpertCatalogue Gated(ExpertCatalogue catalogue, GateSpec stable, List<PreparedFailure> failures) =>
        stable.IsOfCatalogue ? catalogue
        : CanBe(catalogue, stable, PreparedNames.Gate, failures) ? stable.Onto(catalogue)
        : (stable with { Kind = null }).Onto(catalogue);

    private static bool CanBe(ExpertCatalogue catalogue, GateSpec gate, string name, List<PreparedFailure> failures)
    {
        if (gate.ProblemWith(catalogue) is not { } problem)
        {
            return true;
        }

        failures.Add(new PreparedFailure(name, problem));
        return false;
    }

    private static ExpertEntry WithAdapters(ExpertEntry bare, ExpertSpec spec, SpecFolders folders) => bare with
    {
        Adapter = spec.Adapter is { } place ? folders.AdapterOf(place) : null,
        Canary = VersionOf(spec.Canary, folders),
        Shadow = VersionOf(spec.Shadow, folders),
    };

    /// <summary>Without its adapters.</summary>
    private static ExpertEntry Bare(ExpertSpec spec, SpecFolders folders) => new()
    {
        Name = spec.Name,
        Base = spec.Base,
        Description = spec.Description,
        Examples = spec.Examples.Count > 0 ? folders.ExamplesOf(spec.Examples) : null,
        Keywords = spec.Keywords,
        Replicas = spec.Replicas,
        MaxReplicas = spec.MaxReplicas,
        Hosts = spec.Hosts,
        Labels = spec.Labels,
        Pinned = spec.Pinned,
        Origin = ExpertOrigin.Api,
        Since = spec.Since,
    };

    private static VersionEntry? VersionOf(VersionSpec? spec, SpecFolders folders) => spec is null ? null : new VersionEntry(folders.AdapterOf(spec.Adapter), spec.Percent);

    /// <summary>A minimum above the entry's maximum raises that: who asked for it later knew more.</summary>
    private static ExpertEntry Adjusted(ExpertEntry entry, Adjustment adjustment)
    {
        int replicas = adjustment.Replicas ?? Math.Min(entry.Replicas, adjustment.MaxReplicas ?? entry.Replicas);
        return entry with
        {
            Replicas = replicas,
            MaxReplicas = Math.Max(adjustment.MaxReplicas ?? entry.MaxReplicas, Math.Max(1, replicas)),
            Pinned = adjustment.Pinned ?? entry.Pinned,
            Hosts = adjustment.Hosts ?? entry.Hosts,
            Promoted = adjustment.Promoted,
            RolledBack = adjustment.RolledBack,
        };
    }
}
