using ExpertCluster.Cluster.Catalogue;
using ExpertCluster.Cluster.Hosting;
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
            CheckUtf8(request);
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

    /// <summary>
    /// The protobuf runtime reads bytes that are not UTF-8 as U+FFFD and says nothing. An answer to a garbled prompt helps
    /// nobody, so a text with that character is refused here; over HTTP the JSON reader refuses the bytes themselves.
    /// </summary>
    private static void CheckUtf8(CompleteRequest request)
    {
        bool garbled = request.Prompt.Contains('\uFFFD', StringComparison.Ordinal)
            || (request.Messages?.Messages_.Any(m => m.Content.Contains('\uFFFD', StringComparison.Ordinal)) ?? false);
        if (garbled)
        {
            throw new RouterException(
                RouterError.InvalidArgument, "prompt or messages is not valid UTF-8: it holds U+FFFD, which stands for bytes that could not be read");
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
