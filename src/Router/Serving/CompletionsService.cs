using ExpertCluster.Cluster.Catalogue;
using ExpertCluster.Router.Errors;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Router.Serving;

/// <summary>The gRPC API.</summary>
internal sealed class CompletionsService(CompletionPipeline pipeline, PreparedCatalogue catalogue) : Completions.CompletionsBase
{
    public override async Task Complete(
        CompleteRequest request, IServerStreamWriter<CompleteChunk> responseStream, ServerCallContext context)
    {
        try
        {
            await foreach (var chunk in pipeline.RunAsync(request, context.CancellationToken))
            {
                await responseStream.WriteAsync(chunk, context.CancellationToken);
            }
        }
        catch (RouterException error)
        {
            throw new RpcException(new Status(RouterErrorMap.Of(error.Error).Grpc, error.Message));
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
