using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Feedback;
using ExpertCluster.Router.Serving;
using ExpertCluster.Router.Tools;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Router.Apis.Grpc;

/// <summary>The gRPC API.</summary>
internal sealed class CompletionsService(CompletionPipeline pipeline, ToolParsers tools, ICatalogueSource catalogue, UnusableExperts unusable, FeedbackDesk feedback, StallGuard stalls) : Completions.CompletionsBase
{
    public override async Task Complete(
        CompleteRequest request, IServerStreamWriter<CompleteChunk> responseStream, ServerCallContext context)
    {
        try
        {
            var http = context.GetHttpContext();
            var asked = CallHeaders.Onto(WireRequest.Read(request), http);
            var answer = new WireAnswer(tools.Begin(asked.Tools));
            await foreach (var chunk in pipeline.RunAsync(asked, context.Deadline, context.CancellationToken))
            {
                await stalls.WaitAsync(responseStream.WriteAsync(answer.Write(chunk), context.CancellationToken), http);
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
    }

    public override async Task<GiveFeedbackResponse> GiveFeedback(GiveFeedbackRequest request, ServerCallContext context)
    {
        try
        {
            bool good = request.Verdict switch
            {
                Verdict.Good => true,
                Verdict.Bad => false,
                _ => throw new RequestFailedException(Failure.Invalid("verdict", $"verdict is {(int)request.Verdict}; it must be VERDICT_GOOD or VERDICT_BAD")),
            };
            await feedback.GiveAsync(request.RequestId, good, request.Expert, context.CancellationToken);
            return new GiveFeedbackResponse();
        }
        catch (RequestFailedException error)
        {
            throw GrpcFailures.ToException(error.Failure);
        }
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
        return Task.FromResult(response);
    }
}
