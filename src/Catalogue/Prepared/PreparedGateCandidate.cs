using System.Text.Json.Serialization;
using ExpertCluster.Learning;

namespace ExpertCluster.Catalogue.Prepared;

/// <summary>Gates that plan some of the requests, and are compared with those that plan the others.</summary>
public sealed record PreparedGateCandidate
{
    public required PreparedFolder Folder { get; init; }

    /// <summary>Of the requests that are the gate's to plan, 0 to 100, that they plan.</summary>
    public required int Percent { get; init; }

    /// <summary>Version of the desired state that they came with: what tells one candidate from the next.</summary>
    public required long Since { get; init; }

    /// <summary>Names of the bases that they have a token gate for.</summary>
    public required IReadOnlyList<string> TokenGates { get; init; }

    /// <summary>What both chose of texts that neither was taught; null: that is not known yet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GateComparison? Comparison { get; init; }
}
