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

    /// <summary>Gates of a content.</summary>
    public static PreparedFolder Gates(string content) => PreparedFolder.Of(PreparedFolder.Gates, [new PreparedFile(content, 1, new string('0', 64))]);

    /// <summary>A candidate of a content.</summary>
    public static PreparedGateCandidate Candidate(string content) => new() { Folder = Gates(content), Percent = 0, Since = 1, TokenGates = ["small"] };

    private static PreparedFolder Folder(string kind) => PreparedFolder.Of(kind, []);
}
