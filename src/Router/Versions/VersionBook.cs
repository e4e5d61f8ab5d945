using System.Collections.Concurrent;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using Microsoft.Extensions.Primitives;

namespace ExpertCluster.Router.Versions;

/// <summary>
/// The figures of versions, to be compared: of experts that have more than one, and of what the catalogue has now. Another revision begins anew. So it
/// holds three entries an expert at most.
/// </summary>
internal sealed class VersionBook : IDisposable
{
    private readonly ICatalogueSource _catalogue;
    private readonly VersionMetrics _metrics;
    private readonly ConcurrentDictionary<(string Expert, ExpertVersion Version), VersionCounts> _counts = new();
    private readonly IDisposable _listening;

    public VersionBook(ICatalogueSource catalogue, VersionMetrics metrics)
    {
        (_catalogue, _metrics) = (catalogue, metrics);
        _listening = ChangeToken.OnChange(() => catalogue.Changed, LetGo);
    }

    /// <summary>Null: the expert has this version alone, or the catalogue has another revision by now.</summary>
    public VersionCounts? CountsOf(PlannedExpert planned)
    {
        if (RevisionOf(planned.Name, planned.Version) != planned.Revision)
        {
            return null;
        }

        var fresh = _counts.TryGetValue((planned.Name, planned.Version), out var known) && known.Revision == planned.Revision
            ? known
            : new VersionCounts(planned.Name, planned.Version, planned.Revision, _metrics);
        return _counts.AddOrUpdate(
            (planned.Name, planned.Version),
            static (_, fresh) => fresh,
            static (_, known, fresh) => known.Revision == fresh.Revision ? known : fresh,
            fresh);
    }

    /// <summary>Null: it was not asked yet.</summary>
    /// <param name="expert">Its name.</param>
    /// <param name="version">One of its versions.</param>
    /// <param name="revision">That the version has now.</param>
    public VersionFigures? FiguresOf(string expert, ExpertVersion version, string revision) =>
        _counts.TryGetValue((expert, version), out var counts) && counts.Revision == revision ? counts.Figures : null;

    public void Dispose() => _listening.Dispose();

    /// <summary>Null: there is no such version, or no other one to compare it with.</summary>
    private string? RevisionOf(string name, ExpertVersion version) => _catalogue.Current.FindExpert(name) is { HasVersions: true } expert
        ? expert.Versions().Where(v => v.Version == version).Select(v => v.Revision).FirstOrDefault()
        : null;

    private void LetGo()
    {
        foreach (var (key, counts) in _counts.Where(c => RevisionOf(c.Key.Expert, c.Key.Version) != c.Value.Revision))
        {
            _counts.TryRemove(KeyValuePair.Create(key, counts));
        }

        _metrics.Keep(_catalogue.Current.Experts.Where(e => e.HasVersions).SelectMany(e => e.Versions().Select(v => (e.Name, v.Version))));
    }
}
