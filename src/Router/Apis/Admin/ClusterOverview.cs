using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Router.Backends.Remote;
using ExpertCluster.Router.Desired;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Versions;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>Experts and hosts as this router sees them, from what it knows already: no question costs the cluster a call.</summary>
internal sealed class ClusterOverview(
    ICatalogueSource catalogue,
    DesiredStates desired,
    HostDirectory hosts,
    HostLiveness liveness,
    ReplicaBook replicas,
    UnusableExperts unusable,
    RemoteEndpoints remotes,
    VersionBook versions)
{
    private volatile Sorted? _sorted;

    /// <summary>By name; each is made when it is reached.</summary>
    /// <param name="after">Only names behind this one.</param>
    /// <param name="figures">Whether what versions did is told, too: to whoever watches, each request would be news.</param>
    public IEnumerable<ExpertStatus> Experts(string after = "", bool figures = true)
    {
        var snapshot = catalogue.Current;
        var look = Look(snapshot, figures);
        var others = RemotesOf(snapshot).Where(e => string.CompareOrdinal(e.Name, after) > 0);
        return WantedExperts.Merge(WantedExperts.Merge(SortedOf(snapshot).Behind(after).Select(look.Of), others), WantedExperts.Of(desired.Current, snapshot, after));
    }

    /// <summary>Null: neither the catalogue nor the desired state has one of that name.</summary>
    public ExpertStatus? FindExpert(string name)
    {
        var snapshot = catalogue.Current;
        return snapshot.FindExpert(name) is { } expert
            ? Look(snapshot, figures: true).Of(expert)
            : snapshot.FindRemote(name) is { } remote ? StatusOf(remote)
            : WantedExperts.Of(desired.Current, snapshot, "").FirstOrDefault(e => e.Name == name);
    }

    private IEnumerable<ExpertStatus> RemotesOf(CatalogueSnapshot snapshot) => snapshot.Remotes.OrderBy(e => e.Name, StringComparer.Ordinal).Select(StatusOf);

    private ExpertStatus StatusOf(PreparedRemote expert)
    {
        string? reason = remotes.ReasonOf(expert);
        return new ExpertStatus
        {
            Name = expert.Name,
            Base = expert.Name,
            Revision = expert.Revision,
            Description = expert.Description,
            Gated = expert.Gated,
            Labels = { expert.Labels },
            State = reason is null ? ExpertState.Ready : ExpertState.Unavailable,
            Reason = reason ?? "",
            Origin = V1.ExpertOrigin.File,
            Remote = expert.Remote.Model,
        };
    }

    /// <summary>By name; each is made when it is reached.</summary>
    /// <param name="after">Only names behind this one.</param>
    public IEnumerable<HostStatus> Hosts(string after = "")
    {
        var bases = catalogue.Current.Bases.GroupBy(b => Revisions.Of(b.Folder), b => b.Name).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        return hosts.Hosts.Where(h => string.CompareOrdinal(h.Name, after) > 0).OrderBy(h => h.Name, StringComparer.Ordinal)
            .Select(h => StatusOf(h, bases));
    }

    private ExpertLook Look(CatalogueSnapshot snapshot, bool figures) => new(
        snapshot,
        hosts.Hosts,
        liveness.IsAlive,
        replicas.Of,
        unusable.ReasonOf,
        desired.Current.Adjustments.ContainsKey,
        new VersionLook(replicas.Of, unusable.ReasonOf, figures ? versions.FiguresOf : static (_, _, _) => null));

    private HostStatus StatusOf(KnownHost host, Dictionary<string, string> bases) => new()
    {
        Name = host.Name,
        Address = host.Address,
        Bases = { host.BaseRevisions.Select(revision => new BaseStatus { Name = bases.GetValueOrDefault(revision, ""), Revision = revision }) },
        Draining = host.Draining,
        Answers = liveness.IsAlive(host.Name),
        Running = host.Running,
        Waiting = host.Waiting,
        FreeMemoryBytes = host.FreeMemoryBytes,
        TotalMemoryBytes = host.TotalMemoryBytes,
        Devices = { host.Devices.Select(d => new DeviceStatus { Name = d.Name, FreeMemoryBytes = d.FreeMemoryBytes, TotalMemoryBytes = d.TotalMemoryBytes }) },
        Labels = { host.Labels.Order(StringComparer.Ordinal) },
        WarmExperts = host.WarmIds.Count,
        Failures = { host.Failures.Select(f => new FailureStatus { Expert = f.Expert, Revision = f.Revision, Reason = f.Reason }) },
    };

    private Sorted SortedOf(CatalogueSnapshot snapshot) =>
        _sorted is { } sorted && sorted.Snapshot == snapshot ? sorted : _sorted = new Sorted(snapshot);

    /// <summary>A snapshot's experts by name: sorted once, not for every page.</summary>
    private sealed class Sorted(CatalogueSnapshot snapshot)
    {
        private readonly PreparedExpert[] _experts = [.. snapshot.Experts.OrderBy(e => e.Name, StringComparer.Ordinal)];

        public CatalogueSnapshot Snapshot => snapshot;

        public IEnumerable<PreparedExpert> Behind(string name)
        {
            int from = 0;
            for (int end = _experts.Length; from < end;)
            {
                int middle = (from + end) / 2;
                (from, end) = string.CompareOrdinal(_experts[middle].Name, name) > 0 ? (from, middle) : (middle + 1, end);
            }

            return _experts.Skip(from);
        }
    }
}
