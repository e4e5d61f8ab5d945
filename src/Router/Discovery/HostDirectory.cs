using System.Collections.Frozen;
using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.Router.Discovery;

/// <summary>The hosts of the latest view, made ready for choosing: an immutable snapshot behind one volatile reference.</summary>
internal sealed class HostDirectory
{
    private volatile IReadOnlyList<KnownHost> _hosts = [];

    public IReadOnlyList<KnownHost> Hosts => _hosts;

    /// <summary>Takes a newer view.</summary>
    /// <param name="view">It may lack hosts for a moment, when the grain that makes it has moved.</param>
    /// <param name="isThere">Whether a host that it lacks is there all the same, by name.</param>
    public void Update(ClusterView view, Func<string, bool> isThere)
    {
        var reported = view.Hosts.Select(h => h.Name).ToHashSet(StringComparer.Ordinal);
        _hosts = [.. view.Hosts.Select(report => new KnownHost(report)), .. _hosts.Where(h => !reported.Contains(h.Name) && isThere(h.Name))];
    }
}

/// <summary>A host as it last reported.</summary>
internal sealed class KnownHost(HostReport report)
{
    private readonly FrozenSet<string> _baseRevisions = report.BaseRevisions.ToFrozenSet(StringComparer.Ordinal);
    private readonly FrozenSet<ulong> _warm = report.Warm.ToFrozenSet();

    public string Name => report.Name;

    /// <summary>Differs after a restart.</summary>
    public string Silo => report.Silo;

    /// <summary>Of its gRPC port.</summary>
    public string Address => report.Address;

    public bool Draining => report.Draining;

    public FrozenSet<string> Labels { get; } = report.Labels.ToFrozenSet(StringComparer.Ordinal);

    public IReadOnlyList<ExpertFailure> Failures => report.Failures;

    /// <summary>The experts that it has in memory, as <see cref="RevisionId"/>.</summary>
    public IReadOnlyList<ulong> WarmIds => report.Warm;

    public IReadOnlyList<string> BaseRevisions => report.BaseRevisions;

    public int Running => report.Running;

    /// <summary>For a slot.</summary>
    public int Waiting => report.Waiting;

    public long FreeMemoryBytes => report.FreeMemoryBytes;

    public long TotalMemoryBytes => report.TotalMemoryBytes;

    public IReadOnlyList<DeviceReport> Devices => report.Devices;

    public bool HasBases => _baseRevisions.Count > 0;

    /// <summary>Whether it runs this content of a base.</summary>
    public bool HasBase(string revision) => _baseRevisions.Contains(revision);

    public bool HasLabels(IReadOnlyList<string> labels) => labels.All(Labels.Contains);

    /// <summary>Whether it has an expert in memory.</summary>
    public bool IsWarm(ulong revisionId) => _warm.Contains(revisionId);
}
