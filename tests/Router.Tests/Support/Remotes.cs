using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Backends.Remote;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>Remote models of a catalogue.</summary>
internal static class Remotes
{
    public static RemoteEndpoints Of(ICatalogueSource catalogue) => new(catalogue, new RemoteMetrics(), TimeProvider.System, NullLogger<RemoteEndpoint>.Instance);

    /// <summary>The same catalogue with one more expert.</summary>
    public static CatalogueSnapshot With(CatalogueSnapshot snapshot, string expert, RemoteModel model, params string[] labels) =>
        new(snapshot.Version, new PreparedCatalogue { Bases = snapshot.Bases, Experts = snapshot.Experts, Remotes = [new PreparedRemote { Name = expert, Remote = model, Gated = true, Labels = labels }] });
}
