using System.Collections.Frozen;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Selection;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Fabric.Placement.Rounds;

namespace ExpertCluster.ExpertHost.Placement;

/// <summary>What a catalogue wishes, in the words of rounds. One object a snapshot: rounds keep what they make of its lists.</summary>
internal sealed class CatalogueWishes
{
    private readonly Dictionary<ulong, ExpertId> _byRevision = [];
    private readonly IReadOnlyList<PreparedBase> _prepared;
    private (int Hosts, IReadOnlyList<RoundBase> List) _bases = (-1, []);

    public CatalogueWishes(CatalogueSnapshot snapshot)
    {
        Version = snapshot.Version;
        _prepared = snapshot.Bases;
        Placed = snapshot.Bases.Where(b => b.Replicas is not null).Select(b => b.Name).ToFrozenSet(StringComparer.Ordinal);
        Experts = [.. snapshot.Experts.SelectMany(All).DistinctBy(e => e.Id)];
        foreach (var expert in Experts)
        {
            _byRevision.TryAdd(RevisionId.Of(expert.Id.Revision), expert.Id);
        }
    }

    public long Version { get; }

    public IReadOnlyList<RoundExpert> Experts { get; }

    public IEnumerable<string> Bases => _prepared.Select(b => b.Name);

    /// <summary>Bases that only some hosts run; every host runs the others, without being told.</summary>
    public FrozenSet<string> Placed { get; }

    /// <summary>The bases: the same list for the same number of hosts.</summary>
    public IReadOnlyList<RoundBase> BasesOn(int hosts)
    {
        if (_bases.Hosts != hosts)
        {
            _bases = (hosts, [.. _prepared.Select(b => new RoundBase
            {
                Name = b.Name,
                Bytes = b.Folder.Files.Sum(f => f.Bytes),
                MinimumHosts = b.Replicas ?? Math.Max(1, hosts),
                MaximumHosts = b.MaxReplicas ?? int.MaxValue,
            })]);
        }

        return _bases.List;
    }

    /// <summary>The expert that a host means by an id; null: none of this catalogue.</summary>
    public ExpertId? Find(ulong revisionId) => _byRevision.TryGetValue(revisionId, out var expert) ? expert : null;

    /// <summary>
    /// An expert's versions, the one that wishes for most first: two of one content are one to placement. What answers nothing by itself is kept nowhere
    /// until it is asked for.
    /// </summary>
    private static IEnumerable<RoundExpert> All(PreparedExpert expert)
    {
        yield return Of(expert);
        foreach (var version in expert.Versions().Where(v => v.Version != ExpertVersion.Stable).OrderByDescending(v => v.Percent > 0))
        {
            var wish = Of(expert.OfRevision(version.Revision)!);
            yield return version.Percent > 0 ? wish : wish with { Minimum = 0, Pinned = [] };
        }
    }

    private static RoundExpert Of(PreparedExpert expert) => new()
    {
        Id = new ExpertId(expert.Name, expert.Revision),
        Base = expert.Base,

        // A catalogue that was written by hand may lack it; an adapter of no rank would count as the base alone.
        Rank = expert.Adapter is null ? 0 : Math.Max(1, expert.Rank),
        Bytes = expert.Adapter?.Files.Sum(f => f.Bytes) ?? 0,
        Minimum = expert.Replicas,
        Maximum = Math.Max(1, expert.MaxReplicas),
        Pinned = expert.Hosts,
        Labels = HostLabels.ToDictionary(expert.Labels),
    };
}
