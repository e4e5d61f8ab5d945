using ExpertCluster.Contracts.Failures;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>What the admin API answers, over gRPC and HTTP alike.</summary>
internal sealed class AdminLists(ClusterOverview overview)
{
    /// <exception cref="RequestFailedException">The page's size is not allowed.</exception>
    public ListExpertsResponse Experts(ListExpertsRequest request)
    {
        var (page, next) = Pages.Take(overview.Experts(request.PageToken), Pages.SizeOf(request.PageSize), e => e.Name);
        return new ListExpertsResponse { Experts = { page }, NextPageToken = next };
    }

    /// <exception cref="RequestFailedException">There is none of that name.</exception>
    public ExpertStatus Expert(GetExpertRequest request) => overview.FindExpert(request.Name)
        ?? throw new RequestFailedException(new Failure(FailureKind.UnknownModel, "the catalogue has no expert of that name", "name"));

    /// <exception cref="RequestFailedException">The page's size is not allowed.</exception>
    public ListHostsResponse Hosts(ListHostsRequest request)
    {
        var (page, next) = Pages.Take(overview.Hosts(request.PageToken), Pages.SizeOf(request.PageSize), h => h.Name);
        return new ListHostsResponse { Hosts = { page }, NextPageToken = next };
    }
}
