using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Telemetry;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Node.Draining;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Options;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>The service that routers call: one plan in, one token stream out.</summary>
internal sealed class ExpertService(
    PlanOpener plans,
    PromptThreads prompts,
    HostTokens texts,
    TextEncoding encoding,
    SuspectTurns suspects,
    DrainState drain,
    NodeOptions node,
    HostMetrics metrics,
    StallGuard stalls,
    TimeProvider time)
    : Experts.ExpertsBase
{
    public override async Task Generate(
        GenerateRequest request, IServerStreamWriter<GenerateChunk> responseStream, ServerCallContext context)
    {
        try
        {
            if (drain.Draining)
            {
                throw new RequestRefusedException(StatusCode.Unavailable, $"host {node.Name} drains; ask another");
            }

            using var turn = request.Suspect ? await suspects.TakeAsync(context) : null;
            using var lease = await plans.OpenAsync(request, context.CancellationToken);
            if (lease.WasCold)
            {
                metrics.ColdRequests.WithLabels(lease.Runtime.Name).Inc();
            }

            try
            {
                await StreamAsync(request, lease, turn, responseStream, context.GetHttpContext(), context.CancellationToken);
            }
            catch (AdapterLoadException error)
            {
                throw plans.Fail(lease, error);
            }
            catch (StepFailedException error) when (error.InnerException is ArithmeticException)
            {
                throw Overflowed(lease, error);
            }
        }
        catch (Exception error) when (ExpertErrors.TryMap(error, context.CancellationToken, out var status))
        {
            throw status;
        }
    }

    public override Task<TokenizeResponse> Tokenize(TokenizeRequest request, ServerCallContext context) =>
        AnswerAsync(() => texts.TokenizeAsync(request, context.CancellationToken), context);

    public override Task<DetokenizeResponse> Detokenize(DetokenizeRequest request, ServerCallContext context) => AnswerAsync(() => texts.DetokenizeAsync(request), context);

    public override Task<EncodeResponse> Encode(EncodeRequest request, ServerCallContext context) => AnswerAsync(
        async () =>
        {
            using var turn = request.Suspect ? await suspects.TakeAsync(context) : null;
            return await encoding.EncodeAsync(request, context.CancellationToken);
        },
        context);

    /// <summary>Weights that are numbers and whose products are none, as those of a training that diverged: whose they are is all that helps.</summary>
    private static RequestRefusedException Overflowed(PlanLease lease, StepFailedException error)
    {
        string[] adapted = [.. lease.Experts.Where(expert => expert.Activation.Adapter is not null).Select(expert => expert.Activation.Expert).Distinct()];
        string whose = adapted.Length > 0 ? $"the adapter of {string.Join(" or ", adapted)}" : $"base {lease.Runtime.Name}";
        return new RequestRefusedException(StatusCode.Internal, $"{error.Message}: the numbers of {whose} overflow with this prompt", error);
    }

    private async Task<T> AnswerAsync<T>(Func<Task<T>> answer, ServerCallContext context)
    {
        try
        {
            return drain.Draining ? throw new RequestRefusedException(StatusCode.Unavailable, $"host {node.Name} drains; ask another") : await answer();
        }
        catch (Exception error) when (ExpertErrors.TryMap(error, context.CancellationToken, out var status))
        {
            throw status;
        }
    }

    /// <summary>
    /// Checks, tokenizes, generates and writes. Tokens that are there at once go out in one chunk: a writer that lags
    /// catches up with fewer, larger messages. The last chunk says why it ended, and the usage.
    /// </summary>
    private async Task StreamAsync(
        GenerateRequest request,
        PlanLease lease,
        SuspectTurns.Turn? turn,
        IServerStreamWriter<GenerateChunk> stream,
        HttpContext http,
        CancellationToken cancellation)
    {
        var runtime = lease.Runtime;
        int context = runtime.Engine.ContextLength;
        GenerationMapper.CheckSampling(request.Sampling);
        var prompt = await prompts.ReadAsync(runtime, lease.Template, request, context, cancellation);
        var banned = await prompts.ReadBadWordsAsync(runtime, request.Sampling, cancellation);
        var grammar = await prompts.CompileAsync(runtime, request.StructuredOutput, cancellation);
        var generation = GenerationMapper.Map(request, lease, prompt, context, banned) with { Grammar = grammar };
        var mapper = new ChunkMapper(lease);
        using var observed = metrics.Begin(runtime.Name, prompt.Count, time);
        await using var tokens = runtime.Engine.Generate(generation, cancellation);
        if (turn is not null && !await turn.EndAsync(tokens.WaitToReadAsync(cancellation).AsTask(), isFull: runtime.Engine.Status.Waiting > 0))
        {
            await stalls.WaitAsync(stream.WriteAsync(new GenerateChunk(), cancellation), http);
        }

        int completion = request.ResumeTokens.Count;
        while (await tokens.WaitToReadAsync(cancellation))
        {
            var chunk = new GenerateChunk();
            while (tokens.TryRead(out var token))
            {
                mapper.Append(chunk, token);
                if (token.Finish != Inference.Generation.FinishReason.None)
                {
                    observed.Finish(token.Finish);
                }
            }

            Count(chunk, observed);
            completion += chunk.Tokens.Count;
            if (chunk.FinishReason != V1.FinishReason.Unspecified)
            {
                chunk.Usage = new Usage
                {
                    PromptTokens = prompt.Count,
                    CompletionTokens = completion,
                    CachedPromptTokens = Math.Min(tokens.CachedTokens, prompt.Count),
                };
            }

            await stalls.WaitAsync(stream.WriteAsync(chunk, cancellation), http);
        }
    }

    private static void Count(GenerateChunk chunk, ObservedGeneration observed)
    {
        observed.Tokens(chunk.Tokens.Count);
        foreach (var token in chunk.Tokens)
        {
            foreach (var expert in token.Experts)
            {
                observed.Share(expert.Name, expert.Weight);
            }
        }
    }
}
