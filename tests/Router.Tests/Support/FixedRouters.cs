using ExpertCluster.Node.Membership;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>The routers that a test says there are.</summary>
internal sealed class FixedRouters : IRouterMembers
{
    public List<string> SiloNames { get; } = ["router/router"];

    IEnumerable<string> IRouterMembers.SiloNames => SiloNames;
}
