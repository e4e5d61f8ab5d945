using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Router.Errors;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Router.Serving;

/// <summary>The gRPC API.</summary>
internal sealed class CompletionsService(CompletionPipeline pipeline, PreparedCatalogue catalogue, StallGuard stalls) : Completions.CompletionsBase
{
    public override async Task Complete(
        CompleteRequest request, IServerStreamWriter<CompleteChunk> responseStream, ServerCallContext context)
    {
        try
        {
            var http = context.GetHttpContext();
            await foreach (var chunk in pipeline.RunAsync(request, context.Deadline, context.CancellationToken))
            {
                await stalls.WaitAsync(responseStream.WriteAsync(chunk, context.CancellationToken), http);
            }
        }
        catch (RouterException error)
        {
            throw new RpcException(new Status(RouterErrorMap.Of(error.Error).Grpc, error.Message));
        }
        catch (StalledReaderException error)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, error.Message));
        }
    }

    public override Task<ListModelsResponse> ListModels(ListModelsRequest request, ServerCallContext context)
    {
        var response = new ListModelsResponse();
        response.Models.AddRange(catalogue.Experts.Select(e => new Model
        {
            Name = e.Name,
            Base = e.Base,
            Description = e.Description,
            Gated = e.Gated,
        }));
        return Task.FromResult(response);
    }
}
