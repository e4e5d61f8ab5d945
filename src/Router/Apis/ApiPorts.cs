using ExpertCluster.Router.Options;
using Microsoft.AspNetCore.Routing.Matching;

namespace ExpertCluster.Router.Apis;

/// <summary>
/// Keeps faces of operators and those of clients to their own ports, where operators have some. On the others a face's paths and methods are what unknown ones
/// are, since nothing else of routing sees them: which methods a path has comes after this. The connection's own port decides, and no header.
/// </summary>
internal sealed class ApiPorts(RouterOptions options) : MatcherPolicy, IEndpointComparerPolicy, INodeBuilderPolicy
{
    /// <summary>Before that of methods, -1000, which answers 405 to others.</summary>
    public override int Order => -2000;

    public IComparer<Endpoint> Comparer => EndpointMetadataComparer<ApiFace>.Default;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => options.HasAdminPorts && endpoints.Any(e => e.Metadata.GetMetadata<ApiFace>() is not null);

    public IReadOnlyList<PolicyNodeEdge> GetEdges(IReadOnlyList<Endpoint> endpoints) =>
    [
        .. ((bool[])[true, false]).Select(isAdmin => new PolicyNodeEdge(isAdmin, [.. endpoints.Where(e => e.Metadata.GetMetadata<ApiFace>() is not { } face || face.IsAdmin == isAdmin)]))
            .Where(edge => edge.Endpoints.Count > 0),
    ];

    public PolicyJumpTable BuildJumpTable(int exitDestination, IReadOnlyList<PolicyJumpTableEdge> edges) => new Table(
        options,
        edges.Where(e => e.State is true).Select(e => (int?)e.Destination).SingleOrDefault() ?? exitDestination,
        edges.Where(e => e.State is false).Select(e => (int?)e.Destination).SingleOrDefault() ?? exitDestination);

    private sealed class Table(RouterOptions options, int admin, int other) : PolicyJumpTable
    {
        public override int GetDestination(HttpContext httpContext)
        {
            int port = httpContext.Connection.LocalPort;
            return port > 0 && (port == options.AdminHttpPort || port == options.AdminGrpcPort) ? admin : other;
        }
    }
}

/// <summary>What an endpoint belongs to; what has none (health, metrics, reflection) is on every port.</summary>
/// <param name="IsAdmin">Whether to a face of operators.</param>
internal sealed record ApiFace(bool IsAdmin);
