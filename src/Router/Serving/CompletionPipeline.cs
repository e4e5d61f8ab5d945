using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using ExpertCluster.Gating.Routing;
using ExpertCluster.Router.Admission;
using ExpertCluster.Router.Dispatch;
using ExpertCluster.Router.Errors;
using ExpertCluster.Router.Planning;
using ExpertCluster.Router.Telemetry;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Router.Serving;

/// <summary>
/// The way of a request, whatever API it came by: check, admit, plan, dispatch, stream. Every failure is a
/// <see cref="RouterException"/>; a stream that ends without one has ended with a finish reason.
/// </summary>
internal sealed class CompletionPipeline(
    RequestPlanner planner, AdmissionGate admission, Dispatcher dispatcher, RouterMetrics metrics, TimeProvider time)
{
    /// <summary>Streams the chunks of one completion: the plan in the first, finish reason and usage in the last.</summary>
    public async IAsyncEnumerable<CompleteChunk> RunAsync(
        CompleteRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var observed = new ObservedRequest(metrics, request.Model, time);
        IAsyncEnumerator<CompleteChunk> chunks = StreamAsync(request, observed, cancellation).GetAsyncEnumerator(cancellation);
        await using (chunks)
        {
            while (await NextAsync(chunks, observed, cancellation))
            {
                yield return chunks.Current;
            }

            observed.Complete();
        }
    }

    /// <summary>Turns whatever goes wrong into a <see cref="RouterException"/>, and counts it.</summary>
    private static async ValueTask<bool> NextAsync(
        IAsyncEnumerator<CompleteChunk> chunks, ObservedRequest observed, CancellationToken cancellation)
    {
        try
        {
            return await chunks.MoveNextAsync();
        }
        catch (RouterException error)
        {
            throw observed.Fail(error);
        }
        catch (RpcException error)
        {
            // After the first chunk: the host failed, or the connection to it did. What was sent stands; it isn't the whole.
            throw observed.Fail(RouterErrorMap.FromHost(error.Status));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw observed.Fail(new RouterException(RouterError.Cancelled, "the caller cancelled"));
        }
    }

    private async IAsyncEnumerable<CompleteChunk> StreamAsync(
        CompleteRequest request, ObservedRequest observed, [EnumeratorCancellation] CancellationToken cancellation)
    {
        RequestValidator.Check(request);
        await admission.EnterAsync(cancellation);
        try
        {
            observed.Admitted();
            var plan = planner.Plan(request);
            var dispatch = ToHost(request, plan);
            using var stream = await dispatcher.DispatchAsync(dispatch, [.. plan.Experts.Select(e => e.Name)], cancellation);
            observed.FirstChunk();
            bool finished = false;
            var wirePlan = PlanMessage.Of(plan, stream.Host, dispatch.Sampling.Seed);
            do
            {
                var chunk = ToClient(stream.Current);
                chunk.Plan = wirePlan;
                wirePlan = null;
                finished |= chunk.FinishReason != FinishReason.Unspecified;
                yield return chunk;
            }
            while (await stream.MoveNextAsync(cancellation));

            if (!finished)
            {
                throw new RouterException(RouterError.Unavailable, $"host {stream.Host} ended the stream before its end");
            }
        }
        finally
        {
            admission.Leave();
        }
    }

    private static GenerateRequest ToHost(CompleteRequest request, RoutingPlan plan)
    {
        var sampling = request.Sampling?.Clone() ?? new Sampling();
        if (!sampling.HasSeed)
        {
            sampling.Seed = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));
        }

        var message = new GenerateRequest { Base = plan.Base, Sampling = sampling, Mode = (V1.MergeMode)plan.Mode, Scope = (V1.MergeScope)plan.Scope, K = plan.K };
        if (request.InputCase == CompleteRequest.InputOneofCase.Prompt)
        {
            message.Prompt = request.Prompt;
        }
        else
        {
            message.Messages = request.Messages;
        }

        message.Experts.AddRange(plan.Experts.Select(e => new ExpertActivationRef { Name = e.Name, Weight = e.Weight }));
        return message;
    }

    private static CompleteChunk ToClient(GenerateChunk chunk)
    {
        var answer = new CompleteChunk { Text = chunk.Text, FinishReason = chunk.FinishReason, Usage = chunk.Usage };
        answer.Tokens.AddRange(chunk.Tokens);
        return answer;
    }
}
