using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Serving;
using ExpertCluster.V1.KServe;
using Grpc.Core;

namespace ExpertCluster.Router.Apis.KServe;

/// <summary>KServe's protocol over gRPC, with Triton's streams.</summary>
internal sealed class InferenceService(CompletionPipeline pipeline, InferModels models, InferRepository repository, StallGuard stalls) : GRPCInferenceService.GRPCInferenceServiceBase
{
    public override Task<ServerLiveResponse> ServerLive(ServerLiveRequest request, ServerCallContext context) => Task.FromResult(new ServerLiveResponse { Live = true });

    public override async Task<ServerReadyResponse> ServerReady(ServerReadyRequest request, ServerCallContext context) =>
        new() { Ready = await models.IsReadyAsync(context.CancellationToken) };

    public override Task<ServerMetadataResponse> ServerMetadata(ServerMetadataRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerMetadataResponse { Name = InferModels.Server, Version = InferModels.ServerVersion, Extensions = { InferModels.Extensions } });

    public override Task<ModelReadyResponse> ModelReady(ModelReadyRequest request, ServerCallContext context) =>
        AnswerAsync(async () => new ModelReadyResponse { Ready = (await models.StateAsync(request.Name, request.Version, context.CancellationToken)).IsReady });

    public override Task<ModelMetadataResponse> ModelMetadata(ModelMetadataRequest request, ServerCallContext context) => AnswerAsync(async () =>
    {
        _ = await models.StateAsync(request.Name, request.Version, context.CancellationToken);
        return new ModelMetadataResponse
        {
            Name = request.Name,
            Versions = { InferRequest.Version },
            Platform = InferModels.Platform,
            Inputs = { InferModels.Inputs.Select(Of) },
            Outputs = { InferModels.Outputs.Select(Of) },
        };

        static ModelMetadataResponse.Types.TensorMetadata Of(InferTensor tensor) => new() { Name = tensor.Name, Datatype = tensor.Type, Shape = { 1 } };
    });

    public override Task<RepositoryIndexResponse> RepositoryIndex(RepositoryIndexRequest request, ServerCallContext context) => AnswerAsync(async () =>
    {
        InferRepository.RequireTheOnlyOne(request.RepositoryName);
        var all = await models.ListAsync(request.Ready, context.CancellationToken);
        return new RepositoryIndexResponse
        {
            Models = { all.Select(m => new RepositoryIndexResponse.Types.ModelIndex { Name = m.Name, Version = InferRequest.Version, State = m.State, Reason = m.Reason }) },
        };
    });

    public override Task<RepositoryModelLoadResponse> RepositoryModelLoad(RepositoryModelLoadRequest request, ServerCallContext context) => AnswerAsync(async () =>
    {
        InferRepository.RequireTheOnlyOne(request.RepositoryName);
        var parameters = request.Parameters.ToDictionary(p => p.Key, p => p.Value.HasStringParam ? p.Value.StringParam : null);
        await repository.LoadAsync(context.GetHttpContext(), request.ModelName, parameters, context.CancellationToken);
        return new RepositoryModelLoadResponse();
    });

    public override Task<RepositoryModelUnloadResponse> RepositoryModelUnload(RepositoryModelUnloadRequest request, ServerCallContext context) => AnswerAsync(async () =>
    {
        InferRepository.RequireTheOnlyOne(request.RepositoryName);
        await repository.UnloadAsync(context.GetHttpContext(), request.ModelName, request.Parameters.Keys, context.CancellationToken);
        return new RepositoryModelUnloadResponse();
    });

    public override Task<ModelInferResponse> ModelInfer(ModelInferRequest request, ServerCallContext context) => AnswerAsync(async () =>
    {
        var asked = WireInput.Read(request);
        if (asked.Stream is true)
        {
            throw JsonFields.Wrong("stream", "is true; ModelStreamInfer answers in pieces");
        }

        var answer = new InferAnswer();
        await foreach (var chunk in pipeline.RunAsync(CallHeaders.Onto(asked.Completion, context.GetHttpContext()), context.Deadline, context.CancellationToken))
        {
            answer.Add(chunk);
        }

        return WireOutput.Write(asked, answer, request.RawInputContents.Count > 0);
    });

    /// <summary>One request after the other; what is wrong with one is said in its place, and the next is read.</summary>
    public override async Task ModelStreamInfer(IAsyncStreamReader<ModelInferRequest> requestStream, IServerStreamWriter<ModelStreamInferResponse> responseStream, ServerCallContext context)
    {
        try
        {
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                var request = requestStream.Current;
                try
                {
                    await StreamAsync(request, responseStream, context);
                }
                catch (RequestFailedException error) when (!context.CancellationToken.IsCancellationRequested)
                {
                    await WriteAsync(new ModelStreamInferResponse { ErrorMessage = error.Failure.Message, InferResponse = WireOutput.End(request.ModelName, request.Id, isFinal: true) }, responseStream, context);
                }
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
        catch (Exception error) when (error is OperationCanceledException or IOException && context.CancellationToken.IsCancellationRequested)
        {
            // Nobody is left to tell.
        }
    }

    private async Task StreamAsync(ModelInferRequest request, IServerStreamWriter<ModelStreamInferResponse> stream, ServerCallContext context)
    {
        var asked = WireInput.Read(request);
        bool isRaw = request.RawInputContents.Count > 0;
        var whole = new InferAnswer();
        await foreach (var chunk in pipeline.RunAsync(CallHeaders.Onto(asked.Completion, context.GetHttpContext()), context.Deadline, context.CancellationToken))
        {
            if (asked.Stream is not true)
            {
                whole.Add(chunk);
                continue;
            }

            var piece = InferAnswer.Of(chunk);
            await WriteAsync(new ModelStreamInferResponse { InferResponse = WireOutput.Write(asked, piece, isRaw, piece.Finish is not null && !asked.HasEmptyEnd) }, stream, context);
        }

        if (asked.Stream is not true)
        {
            await WriteAsync(new ModelStreamInferResponse { InferResponse = WireOutput.Write(asked, whole, isRaw, !asked.HasEmptyEnd) }, stream, context);
        }

        if (asked.HasEmptyEnd)
        {
            await WriteAsync(new ModelStreamInferResponse { InferResponse = WireOutput.End(asked.Model, asked.Id, isFinal: true) }, stream, context);
        }
    }

    private ValueTask WriteAsync(ModelStreamInferResponse message, IServerStreamWriter<ModelStreamInferResponse> stream, ServerCallContext context) =>
        stalls.WaitAsync(stream.WriteAsync(message, context.CancellationToken), context.GetHttpContext());

    private static async Task<T> AnswerAsync<T>(Func<Task<T>> answer)
    {
        try
        {
            return await answer();
        }
        catch (RequestFailedException error)
        {
            throw GrpcFailures.ToException(error.Failure);
        }
    }
}
