namespace ExpertCluster.Catalogue.Prepared;

/// <summary>What failures call what is no expert; no expert can be called so.</summary>
public static class PreparedNames
{
    public const string Gate = "/gate";
    public const string GateCandidate = "/gate-candidate";
}
