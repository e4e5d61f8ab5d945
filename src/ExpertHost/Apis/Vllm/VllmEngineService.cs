using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Serving;
using ExpertCluster.Node.Draining;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Options;
using ExpertCluster.V1;
using ExpertCluster.V1.Vllm;
using Grpc.Core;
using EmbedRequest = ExpertCluster.V1.Vllm.EmbedRequest;
using EmbedResponse = ExpertCluster.V1.Vllm.EmbedResponse;
using GenerateRequest = ExpertCluster.V1.Vllm.GenerateRequest;

namespace ExpertCluster.ExpertHost.Apis.Vllm;

/// <summary>vLLM's engine protocol: one expert of this host by name, run as a router's plan of it is.</summary>
internal sealed class VllmEngineService(
    PlanRuns runs,
    RunningRequests requests,
    EngineModels models,
    EngineEncoders encoders,
    HostTokens texts,
    BaseRegistry bases,
    IReadiness readiness,
    DrainState drain,
    NodeOptions node,
    StallGuard stalls)
    : VllmEngine.VllmEngineBase
{
    /// <summary>What clients expect of this protocol's servers.</summary>
    private const string ServerType = "vllm-grpc";

    public override async Task Generate(GenerateRequest request, IServerStreamWriter<GenerateResponse> responseStream, ServerCallContext context)
    {
        using var running = requests.Begin(request.RequestId, context.CancellationToken);
        var plan = EngineRequest.Read(request);
        var expert = models.Find(context.RequestHeaders);
        plan.Base = expert.Base;
        plan.Experts.Add(new ExpertRef { Name = expert.Name, Revision = expert.Revision, Weight = 1 });
        plan.Caller = EngineModels.CallerOf(context.RequestHeaders);
        var answer = new EngineAnswer(request.SamplingParams is { HasLogprobs: true }, request.Stream);
        try
        {
            await runs.RunAsync(plan, WriteAsync, context, running.Cancellation);
        }
        catch (RpcException cancelled) when (cancelled.StatusCode == StatusCode.Cancelled && running.IsAborted && !context.CancellationToken.IsCancellationRequested)
        {
            if (!answer.IsFinished)
            {
                await stalls.WaitAsync(responseStream.WriteAsync(answer.Abort(), context.CancellationToken), context.GetHttpContext());
            }
        }
        catch (RpcException failed)
        {
            throw EngineErrors.Translate(failed);
        }

        // Writes go by the call's own token: an abort ends the run, and not the call.
        async Task WriteAsync(GenerateChunk chunk, RunCounts counts)
        {
            var piece = answer.Add(chunk, counts);
            if (request.Stream && piece is not null)
            {
                await responseStream.WriteAsync(piece, context.CancellationToken);
            }

            if (chunk.FinishReason != FinishReason.Unspecified)
            {
                await responseStream.WriteAsync(answer.Finish(chunk.FinishReason), context.CancellationToken);
            }
        }
    }

    public override async Task<EmbedResponse> Embed(EmbedRequest request, ServerCallContext context)
    {
        if (drain.Draining)
        {
            throw EngineErrors.Of(StatusCode.Unavailable, $"host {node.Name} drains; ask another");
        }

        using var running = requests.Begin(request.RequestId, context.CancellationToken);
        return await encoders.EmbedAsync(request, context.RequestHeaders, running.Cancellation);
    }

    public override Task<HealthCheckResponse> HealthCheck(HealthCheckRequest request, ServerCallContext context)
    {
        string? problem = drain.Draining ? $"host {node.Name} drains"
            : readiness.Lacks is { } lacks ? $"host {node.Name} is not ready: {lacks}"
            : bases.Loaded.FirstOrDefault(b => !b.Engine.Status.Healthy) is { } sick ? $"base {sick.Name} fails at every step"
            : null;
        return Task.FromResult(new HealthCheckResponse { Healthy = problem is null, Message = problem ?? "" });
    }

    public override async Task<AbortResponse> Abort(AbortRequest request, ServerCallContext context)
    {
        if (request.RequestIds.Count > RunningRequests.Most)
        {
            throw EngineErrors.Invalid("request_ids", $"has {request.RequestIds.Count} entries; at most {RunningRequests.Most} are taken");
        }

        await requests.AbortAsync(request.RequestIds);
        return new AbortResponse();
    }

    public override async Task<GetModelInfoResponse> GetModelInfo(GetModelInfoRequest request, ServerCallContext context)
    {
        var expert = models.Find(context.RequestHeaders);
        try
        {
            return await texts.WithBaseAsync(expert.Base, runtime => Task.FromResult(new GetModelInfoResponse
            {
                ModelPath = runtime.Name,
                ServedModelName = expert.Name,
                IsGeneration = true,
                MaxContextLength = (uint)runtime.Engine.ContextLength,
                MaxReqInputLen = runtime.Engine.ContextLength - 1,
                VocabSize = (uint)runtime.Engine.Vocabulary,
                EosTokenIds = { runtime.Model.EndTokens },
                BosTokenId = runtime.Model.BeginToken ?? 0,
            }));
        }
        catch (Exception error) when (ExpertErrors.TryMap(error, context.CancellationToken, out var status))
        {
            throw status;
        }
    }

    public override Task<GetServerInfoResponse> GetServerInfo(GetServerInfoRequest request, ServerCallContext context) => Task.FromResult(new GetServerInfoResponse
    {
        ActiveRequests = (uint)requests.Count,
        IsPaused = drain.Draining,
        LastReceiveTimestamp = requests.Latest is { } latest ? latest.ToUnixTimeMilliseconds() / 1000.0 : 0,
        UptimeSeconds = requests.Uptime.TotalSeconds,
        ServerType = ServerType,
        DataParallelSize = 1,
    });
}
