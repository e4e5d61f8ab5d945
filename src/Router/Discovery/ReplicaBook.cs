using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.Router.Discovery;

/// <summary>
/// Where each revision is, and since when this router sees it there: the hosts' latest reports, turned round once a look so that nobody has to
/// go through all hosts for one expert. Nothing outlives the reports that it is made of, which are bounded: what a host no longer tells is forgotten.
/// </summary>
internal sealed class ReplicaBook(HostDirectory hosts, TimeProvider time)
{
    private volatile IReadOnlyDictionary<ulong, IReadOnlyList<KnownReplica>> _byRevision = new Dictionary<ulong, IReadOnlyList<KnownReplica>>();
    private Dictionary<(string Silo, string Host, ulong Id), KnownReplica> _known = [];

    /// <summary>By host.</summary>
    /// <param name="revision">Of a base alone, or of an expert.</param>
    public IReadOnlyList<KnownReplica> Of(string revision) => _byRevision.GetValueOrDefault(RevisionId.Of(revision), []);

    /// <summary>Reads the hosts' latest reports. One caller at a time.</summary>
    public void Update()
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        Dictionary<(string Silo, string Host, ulong Id), KnownReplica> known = new(_known.Count);
        foreach (var host in hosts.Hosts)
        {
            foreach (ulong id in host.WarmIds.Concat(host.BaseRevisions.Select(RevisionId.Of)))
            {
                Add(host, id, failure: "");
            }

            foreach (var failure in host.Failures)
            {
                Add(host, RevisionId.Of(failure.Revision), failure.Reason);
            }
        }

        _known = known;
        _byRevision = known.GroupBy(k => k.Key.Id, k => k.Value).ToDictionary(
            g => g.Key,
            IReadOnlyList<KnownReplica> (g) => [.. g.OrderBy(r => r.Host, StringComparer.Ordinal)]);

        void Add(KnownHost host, ulong id, string failure)
        {
            var key = (host.Silo, host.Name, id);
            bool warm = failure.Length == 0;
            long since = _known.TryGetValue(key, out var before) && before.Warm == warm ? before.SinceUnixMs : now;

            // One that is in memory counts, whatever an older try came to.
            known.TryAdd(key, new KnownReplica(host.Name, since, warm, failure));
        }
    }
}

/// <summary>A revision on a host.</summary>
/// <param name="Host">Its name.</param>
/// <param name="SinceUnixMs">When this router first saw it so, in milliseconds of unix time.</param>
/// <param name="Warm">In memory; else tried in vain.</param>
/// <param name="Reason">Why in vain; empty where it is in memory.</param>
internal sealed record KnownReplica(string Host, long SinceUnixMs, bool Warm, string Reason);
