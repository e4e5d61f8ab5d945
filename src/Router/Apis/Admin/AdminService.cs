using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Transport;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>The admin API over gRPC.</summary>
internal sealed class AdminService(AdminLists lists, ExpertWatch watch, AdminAccess access, StallGuard stalls, IHostApplicationLifetime lifetime)
    : V1.Admin.AdminBase
{
    public override Task<ListExpertsResponse> ListExperts(ListExpertsRequest request, ServerCallContext context) =>
        Task.FromResult(Answer(context, () => lists.Experts(request)));

    public override Task<ExpertStatus> GetExpert(GetExpertRequest request, ServerCallContext context) =>
        Task.FromResult(Answer(context, () => lists.Expert(request)));

    public override Task<ListHostsResponse> ListHosts(ListHostsRequest request, ServerCallContext context) =>
        Task.FromResult(Answer(context, () => lists.Hosts(request)));

    public override async Task WatchExperts(
        WatchExpertsRequest request, IServerStreamWriter<WatchExpertsResponse> responseStream, ServerCallContext context)
    {
        // A stop doesn't wait for who watches.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            var http = context.GetHttpContext();
            access.Demand(http);
            await foreach (var message in watch.RunAsync(end.Token))
            {
                await stalls.WaitAsync(responseStream.WriteAsync(message, end.Token), http);
            }
        }
        catch (RequestFailedException error)
        {
            throw GrpcFailures.ToException(error.Failure);
        }
        catch (StalledReaderException error)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, error.Message));
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw GrpcFailures.ToException(new Failure(FailureKind.Unavailable, "the router stops"));
        }
    }

    private T Answer<T>(ServerCallContext context, Func<T> answer)
    {
        try
        {
            access.Demand(context.GetHttpContext());
            return answer();
        }
        catch (RequestFailedException error)
        {
            throw GrpcFailures.ToException(error.Failure);
        }
    }
}
