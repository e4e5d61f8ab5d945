using System.Security.Cryptography;
using System.Text;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>Catalogues of names.</summary>
internal static class Catalogues
{
    /// <param name="experts">Expert and base; equal where the base alone is meant.</param>
    public static CatalogueHolder Of(params (string Expert, string Base)[] experts) => new(SnapshotOf(1, experts));

    public static CatalogueSnapshot SnapshotOf(long version, params (string Expert, string Base)[] experts) => SnapshotOf(version, replicas: 1, experts);

    public static CatalogueSnapshot SnapshotOf(long version, int replicas, params (string Expert, string Base)[] experts) =>
        SnapshotOf(version, e => e with { Replicas = replicas }, experts);

    /// <param name="version">Of the snapshot.</param>
    /// <param name="change">What else the catalogue says of an expert.</param>
    /// <param name="experts">Expert and base.</param>
    public static CatalogueSnapshot SnapshotOf(long version, Func<PreparedExpert, PreparedExpert> change, params (string Expert, string Base)[] experts) => new(version, new PreparedCatalogue
    {
        Bases = [.. experts.Select(e => e.Base).Distinct().Select(name => new PreparedBase(name, Folder("bases", name), HasTokenGate: true))],
        Experts = [.. experts.Select(e => change(new PreparedExpert { Name = e.Expert, Base = e.Base, Adapter = e.Expert == e.Base ? null : Folder("adapters", e.Expert) }))],
    });

    /// <summary>The same catalogue, with who reads calls of tools in the answers of all bases.</summary>
    public static CatalogueSnapshot WithToolParser(CatalogueSnapshot snapshot, string? parser) =>
        new(snapshot.Version, new PreparedCatalogue { Bases = [.. snapshot.Bases.Select(b => b with { ToolParser = parser })], Experts = [.. snapshot.Experts] });

    /// <summary>One with gates, and another content of them beside.</summary>
    /// <param name="version">Of the snapshot.</param>
    /// <param name="percent">That the other ones plan.</param>
    /// <param name="change">What else the catalogue says.</param>
    public static CatalogueSnapshot WithCandidate(long version, int percent, Func<PreparedCatalogue, PreparedCatalogue>? change = null)
    {
        var plain = SnapshotOf(version, ("law", "demo"), ("tax", "demo"), ("general", "demo"));
        var made = new PreparedCatalogue
        {
            Bases = plain.Bases,
            Experts = plain.Experts,
            Gates = Folder("gates", "now"),
            GateCandidate = new PreparedGateCandidate { Folder = Folder("gates", "next"), Percent = percent, Since = 1, TokenGates = ["demo"] },
            DesiredVersion = 1,
        };
        return new(version, change?.Invoke(made) ?? made);
    }

    /// <summary>Another content of an expert.</summary>
    public static PreparedVersion Version(string content, int percent) => new() { Adapter = Folder("adapters", content), Percent = percent };

    /// <summary>One that lacks an expert, and says why.</summary>
    public static CatalogueSnapshot WithFailure(long version, PreparedFailure failure, params (string Expert, string Base)[] experts) =>
        WithDesired(version, 0, failure, experts);

    /// <summary>One that was made by a desired state.</summary>
    public static CatalogueSnapshot WithDesired(long version, long desired, PreparedFailure? failure, params (string Expert, string Base)[] experts)
    {
        var plain = SnapshotOf(version, experts);
        return new(version, new PreparedCatalogue
        {
            Bases = plain.Bases,
            Experts = plain.Experts,
            DesiredVersion = desired,
            Failures = failure is null ? [] : [failure],
        });
    }

    public static PreparedFolder Folder(string kind, string content) =>
        new() { Path = $"{kind}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}", Files = [] };
}
