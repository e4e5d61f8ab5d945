using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;

namespace ExpertCluster.Catalogue.Tests.Snapshots;

/// <summary>Catalogues of names alone.</summary>
internal static class Catalogues
{
    public static PreparedCatalogue Of(params string[] experts) => Of(["small"], experts);

    public static PreparedCatalogue Of(string[] bases, string[] experts) => new()
    {
        Bases = [.. bases.Select(b => new PreparedBase(b, Folder(PreparedFolder.Bases), HasTokenGate: false))],
        Experts = [.. experts.Select(e => new PreparedExpert { Name = e, Base = "small" })],
        Gates = Folder(PreparedFolder.Gates),
    };

    public static CatalogueSnapshot Version(long version, params string[] experts) => new(version, Of(experts));

    private static PreparedFolder Folder(string kind) => PreparedFolder.Of(kind, []);
}
