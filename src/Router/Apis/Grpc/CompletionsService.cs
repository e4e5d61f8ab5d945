using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Backends.Remote;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Feedback;
using ExpertCluster.Router.Serving;
using ExpertCluster.Router.Tools;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Router.Apis.Grpc;

/// <summary>The gRPC API.</summary>
internal sealed class CompletionsService(CompletionPipeline pipeline, ToolParsers tools, ICatalogueSource catalogue, UnusableExperts unusable, RemoteEndpoints remotes, FeedbackDesk feedback, AskedRequests asked, GrpcStreams streams, StallGuard stalls) : Completions.CompletionsBase
{
    public override async Task Complete(
        CompleteRequest request, IServerStreamWriter<CompleteChunk> responseStream, ServerCallContext context)
    {
        await RunAsync(async () =>
        {
            var http = context.GetHttpContext();
            bool isHeld = HeldCalls.AreHeld(http);
            var read = CallHeaders.Onto(WireRequest.Read(request), http, isHeld);
            var answer = new WireAnswer(tools.Begin(read.Tools));
            if (isHeld)
            {
                // Its call's deadline is not its own: the caller may come back.
                string id = asked.NewId();
                await streams.RunAsync(id, end => pipeline.RunAsync(read with { Id = id }, DateTime.MaxValue, end), answer, responseStream, context);
                return;
            }

            await foreach (var chunk in pipeline.RunAsync(read, context.Deadline, context.CancellationToken))
            {
                await stalls.WaitAsync(responseStream.WriteAsync(answer.Write(chunk), context.CancellationToken), http);
            }
        });
    }

    public override Task FollowStream(FollowStreamRequest request, IServerStreamWriter<CompleteChunk> responseStream, ServerCallContext context) =>
        RunAsync(() => streams.FollowAsync(request, responseStream, context));

    public override async Task<DeleteStreamResponse> DeleteStream(DeleteStreamRequest request, ServerCallContext context)
    {
        await RunAsync(() => streams.DeleteAsync(request.Id, context.CancellationToken));
        return new DeleteStreamResponse();
    }

    public override async Task<GiveFeedbackResponse> GiveFeedback(GiveFeedbackRequest request, ServerCallContext context)
    {
        await RunAsync(async () =>
        {
            bool good = request.Verdict switch
            {
                Verdict.Good => true,
                Verdict.Bad => false,
                _ => throw new RequestFailedException(Failure.Invalid("verdict", $"verdict is {(int)request.Verdict}; it must be VERDICT_GOOD or VERDICT_BAD")),
            };
            await feedback.GiveAsync(request.RequestId, good, request.Expert, context.CancellationToken);
        });
        return new GiveFeedbackResponse();
    }

    public override Task<ListModelsResponse> ListModels(ListModelsRequest request, ServerCallContext context)
    {
        var response = new ListModelsResponse();
        response.Models.AddRange(catalogue.Current.Experts.Select(e => new Model
        {
            Name = e.Name,
            Base = e.Base,
            Description = e.Description,
            Gated = e.Gated,
            Revision = e.Revision,
            Unavailable = unusable.ReasonOf(e.Revision) ?? "",
        }));
        response.Models.AddRange(catalogue.Current.Remotes.Select(e => new Model
        {
            Name = e.Name,
            Base = e.Name,
            Description = e.Description,
            Gated = e.Gated,
            Revision = e.Revision,
            Unavailable = remotes.ReasonOf(e) ?? "",
            Remote = true,
        }));
        return Task.FromResult(response);
    }

    private static async Task RunAsync(Func<Task> answer)
    {
        try
        {
            await answer();
        }
        catch (RequestFailedException error)
        {
            throw GrpcFailures.ToException(error.Failure);
        }
        catch (StalledReaderException error)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, error.Message));
        }
    }
}
