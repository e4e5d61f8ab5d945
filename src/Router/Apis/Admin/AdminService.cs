using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Transport;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>The admin API over gRPC.</summary>
internal sealed class AdminService(
    AdminLists lists,
    AdminChanges changes,
    ChangeList record,
    FeedbackList feedback,
    GateLook gate,
    GateChanges gateChanges,
    GateDiffs diffs,
    ExpertWatch watch,
    DesiredWatch desired,
    AdminAccess access,
    StallGuard stalls,
    IHostApplicationLifetime lifetime)
    : V1.Admin.AdminBase
{
    public override Task<ListExpertsResponse> ListExperts(ListExpertsRequest request, ServerCallContext context) =>
        AnswerAsync(context, (_, _) => Task.FromResult(lists.Experts(request)));

    public override Task<ExpertStatus> GetExpert(GetExpertRequest request, ServerCallContext context) =>
        AnswerAsync(context, (_, _) => Task.FromResult(lists.Expert(request)));

    public override Task<ListHostsResponse> ListHosts(ListHostsRequest request, ServerCallContext context) =>
        AnswerAsync(context, (_, _) => Task.FromResult(lists.Hosts(request)));

    public override Task<ListChangesResponse> ListChanges(ListChangesRequest request, ServerCallContext context) =>
        AnswerAsync(context, (_, _) => Task.FromResult(record.Of(request)));

    public override Task<ListFeedbackResponse> ListFeedback(ListFeedbackRequest request, ServerCallContext context) =>
        AnswerAsync(context, (_, end) => feedback.OfAsync(request, end));

    public override Task<ChangeResponse> ApplyExpert(ApplyExpertRequest request, ServerCallContext context) =>
        AnswerAsync(context, (by, end) => changes.ApplyAsync(request, by, end));

    public override Task<ChangeResponse> RemoveExpert(RemoveExpertRequest request, ServerCallContext context) =>
        AnswerAsync(context, (by, end) => changes.RemoveAsync(request, by, end));

    public override Task<ChangeResponse> ScaleExpert(ScaleExpertRequest request, ServerCallContext context) =>
        AnswerAsync(context, (by, end) => changes.ScaleAsync(request, by, end));

    public override Task<ChangeResponse> PinExpert(PinExpertRequest request, ServerCallContext context) =>
        AnswerAsync(context, (by, end) => changes.PinAsync(request, by, end));

    public override Task<ChangeResponse> PromoteExpert(PromoteExpertRequest request, ServerCallContext context) =>
        AnswerAsync(context, (by, end) => changes.PromoteAsync(request, by, end));

    public override Task<ChangeResponse> RollBackExpert(RollBackExpertRequest request, ServerCallContext context) =>
        AnswerAsync(context, (by, end) => changes.RollBackAsync(request, by, end));

    public override Task<ChangeResponse> ResetExpert(ResetExpertRequest request, ServerCallContext context) =>
        AnswerAsync(context, (by, end) => changes.ResetAsync(request, by, end));

    public override Task<ChangeResponse> DrainHost(DrainHostRequest request, ServerCallContext context) =>
        AnswerAsync(context, (by, end) => changes.DrainAsync(request, by, end));

    public override Task<ChangeResponse> ResumeHost(ResumeHostRequest request, ServerCallContext context) =>
        AnswerAsync(context, (by, end) => changes.ResumeAsync(request, by, end));

    public override Task<GateStatus> GetGate(GetGateRequest request, ServerCallContext context) =>
        AnswerAsync(context, (_, _) => Task.FromResult(gate.Status()));

    public override Task<ChangeResponse> FitGate(FitGateRequest request, ServerCallContext context) =>
        AnswerAsync(context, (by, end) => gateChanges.FitAsync(request, by, end));

    public override Task<ChangeResponse> ShiftGate(ShiftGateRequest request, ServerCallContext context) =>
        AnswerAsync(context, (by, end) => gateChanges.ShiftAsync(request, by, end));

    public override Task<ChangeResponse> PromoteGate(PromoteGateRequest request, ServerCallContext context) =>
        AnswerAsync(context, (by, end) => gateChanges.PromoteAsync(request, by, end));

    public override Task<ChangeResponse> RollBackGate(RollBackGateRequest request, ServerCallContext context) =>
        AnswerAsync(context, (by, end) => gateChanges.RollBackAsync(request, by, end));

    public override Task<DiffGatesResponse> DiffGates(DiffGatesRequest request, ServerCallContext context) =>
        AnswerAsync(context, (_, end) => diffs.OfAsync(request, end));

    public override Task WatchExperts(WatchExpertsRequest request, IServerStreamWriter<WatchExpertsResponse> responseStream, ServerCallContext context) =>
        StreamAsync(watch.RunAsync, responseStream, context);

    public override Task WatchDesiredState(
        WatchDesiredStateRequest request, IServerStreamWriter<DesiredStateDocument> responseStream, ServerCallContext context) =>
        StreamAsync(desired.RunAsync, responseStream, context);

    private Task<T> AnswerAsync<T>(ServerCallContext context, Func<string, CancellationToken, Task<T>> answer) => WithFailuresAsync(context, async (http, end) =>
    {
        access.Demand(http);
        return await answer(AdminCaller.Of(http), end);
    });

    private Task<bool> StreamAsync<T>(Func<CancellationToken, IAsyncEnumerable<T>> messages, IServerStreamWriter<T> stream, ServerCallContext context) =>
        WithFailuresAsync(context, async (http, end) =>
        {
            access.Demand(http);
            await foreach (var message in messages(end))
            {
                await stalls.WaitAsync(stream.WriteAsync(message, end), http);
            }

            return true;
        });

    /// <summary>A stop doesn't wait for who watches, nor for who waits.</summary>
    private async Task<T> WithFailuresAsync<T>(ServerCallContext context, Func<HttpContext, CancellationToken, Task<T>> work)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            return await work(context.GetHttpContext(), end.Token);
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
}
