using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using ExpertCluster.Gating.Routing;
using ExpertCluster.Node.Options;
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
    RequestPlanner planner,
    AdmissionGate admission,
    Dispatcher dispatcher,
    RouterMetrics metrics,
    TransportOptions transport,
    TimeProvider time)
{
    private readonly TimeSpan _longest = TimeSpan.FromSeconds(transport.MaxCallSeconds);

    /// <summary>
    /// Streams the chunks of one completion: the plan in the first and where another host goes on, finish reason and usage in
    /// the last.
    /// </summary>
    /// <param name="request">What the caller asked.</param>
    /// <param name="deadline">The caller's, UTC; <see cref="DateTime.MaxValue"/> where it named none. The server's limit holds as well.</param>
    /// <param name="cancellation">Cancelled when the caller leaves.</param>
    public async IAsyncEnumerable<CompleteChunk> RunAsync(
        CompleteRequest request, DateTime deadline, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var clock = new RequestClock(deadline, _longest, time, cancellation);
        using var observed = new ObservedRequest(metrics, request.Model, time);
        var chunks = StreamAsync(request, observed, clock).GetAsyncEnumerator(CancellationToken.None);
        await using (chunks)
        {
            while (await NextAsync(chunks, observed, clock))
            {
                yield return chunks.Current;
            }

            observed.Complete();
        }
    }

    /// <summary>Turns whatever goes wrong into a <see cref="RouterException"/>, and counts it.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<bool> NextAsync(
        IAsyncEnumerator<CompleteChunk> chunks, ObservedRequest observed, RequestClock clock)
    {
        try
        {
            return await chunks.MoveNextAsync();
        }
        catch (RouterException error)
        {
            throw observed.Fail(InTime(error, clock));
        }
        catch (RpcException error)
        {
            // After the first chunk, and no other host could go on. What was sent stands; it isn't the whole.
            throw observed.Fail(InTime(RouterErrorMap.FromHost(error.Status), clock));
        }
        catch (OperationCanceledException) when (clock.Token.IsCancellationRequested)
        {
            throw observed.Fail(InTime(new RouterException(RouterError.Cancelled, "the caller cancelled"), clock));
        }
    }

    /// <summary>Past the deadline, what is cancelled is late.</summary>
    private static RouterException InTime(RouterException error, RequestClock clock) =>
        error.Error == RouterError.Cancelled && clock.IsLate
            ? new RouterException(RouterError.DeadlineExceeded, "the request took longer than its deadline")
            : error;

    private async IAsyncEnumerable<CompleteChunk> StreamAsync(
        CompleteRequest request, ObservedRequest observed, RequestClock clock)
    {
        var cancellation = clock.Token;
        RequestValidator.Check(request);
        await admission.EnterAsync(cancellation);
        try
        {
            observed.Admitted();
            var plan = planner.Plan(request);
            var dispatch = ToHost(request, plan);
            using var stream = await ResumingStream.OpenAsync(dispatcher, dispatch, clock.Deadline, metrics, cancellation);
            observed.FirstChunk();
            int told = -1;
            do
            {
                var chunk = ToClient(stream.Current);
                if (told != stream.Resumes)
                {
                    told = stream.Resumes;
                    chunk.Plan = PlanMessage.Of(plan, stream.Host, dispatch.Sampling.Seed, resumed: told > 0);
                }

                yield return chunk;
            }
            while (await stream.MoveNextAsync(cancellation));
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
