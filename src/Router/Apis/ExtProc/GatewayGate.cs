using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Merging;
using ExpertCluster.Router.Planning;
using ExpertCluster.Router.Versions;

namespace ExpertCluster.Router.Apis.ExtProc;

/// <summary>Asks the gate about bodies that others answer. It needs no host: rules, gate and floor alone name the expert.</summary>
internal sealed class GatewayGate(RequestPlanner planner, RoutingStates states, GateBook gates, Random random)
{
    /// <summary>Others can't change the expert with each token: who answers is chosen once.</summary>
    private static readonly MergeWish One = new() { Name = RoutePolicy.Route, Scope = MergeScope.Request, K = 1 };

    /// <param name="body">Of the request, whole.</param>
    /// <param name="header">Reads its headers, for rules.</param>
    /// <exception cref="RequestFailedException">The body can't be read, or nobody may answer it.</exception>
    public GatewayChoice Ask(ReadOnlyMemory<byte> body, Func<string, string?> header)
    {
        var request = BodyReader.Read(body) with { Header = header, Merge = One };
        if (!request.IsAuto)
        {
            return new GatewayChoice(request.Model, states.Current.Catalogue.Find(request.Model)?.Name, Scores: null, IsGated: false);
        }

        planner.Check(request);
        var plan = planner.Plan(request, new VersionDraws(random));
        if (plan.Scores is not null)
        {
            gates.Planned(plan.GateRevision);
        }

        string expert = plan.Experts[0].Name;
        return new GatewayChoice(expert, expert, plan.Scores, IsGated: true);
    }
}
