using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Apis.ExtProc;

/// <summary>Who should answer a gateway's request.</summary>
/// <param name="Model">Whom the gateway shall ask: the expert, or what the caller named; null: nobody can say.</param>
/// <param name="Expert">The expert of the catalogue; null where the caller named what the catalogue has not.</param>
/// <param name="Scores">The gate's; null where it was not asked.</param>
/// <param name="IsGated">Whether the caller left the choice to the gate.</param>
internal sealed record GatewayChoice(string? Model, string? Expert, GateScores? Scores, bool IsGated)
{
    /// <summary>The request goes on as it came.</summary>
    public static readonly GatewayChoice None = new(null, null, null, IsGated: false);
}
