using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Node.Options;
using ExpertCluster.Router.Admission;
using ExpertCluster.Router.Backends;
using ExpertCluster.Router.Costs;
using ExpertCluster.Router.Demand;
using ExpertCluster.Router.Desired;
using ExpertCluster.Router.Feedback;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Planning;
using ExpertCluster.Router.Telemetry;
using ExpertCluster.Router.Versions;

namespace ExpertCluster.Router.Serving;

/// <summary>
/// The way of a request, whatever API it came by: check, admit, plan, carry out, stream. Every failure is a
/// <see cref="RequestFailedException"/>; a stream that ends without one has ended with a finish reason.
/// </summary>
internal sealed class CompletionPipeline(
    RequestPlanner planner,
    OnDemandExperts onDemand,
    AdmissionGate admission,
    BackendSet backends,
    VersionMeter meter,
    ShadowCopies shadows,
    Random random,
    AskedRequests asked,
    GateBook gates,
    RouterMetrics metrics,
    TransportOptions transport,
    RouterOptions options,
    TimeProvider time)
{
    /// <summary>Plans of one request beyond the first: each knows one more expert that can't be used, and a plan has a dozen at most.</summary>
    private const int MostPlans = 16;

    /// <summary>Between two plans of a request that the catalogue has overtaken: processes see a new one within a second.</summary>
    private static readonly TimeSpan CataloguePause = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a request is a candidate's whose gates no host seems to have: longer than a catalogue takes to come everywhere.</summary>
    private static readonly TimeSpan CandidatePatience = TimeSpan.FromSeconds(3);

    private readonly TimeSpan _patience = TimeSpan.FromSeconds(options.DispatchPatienceSeconds);
    private readonly TimeSpan _longest = TimeSpan.FromSeconds(transport.MaxCallSeconds);

    /// <summary>
    /// Streams the chunks of one completion: the plan in the first and where another host goes on, finish reason and usage in
    /// the last.
    /// </summary>
    /// <param name="request">What the caller asked.</param>
    /// <param name="deadline">The caller's, UTC; <see cref="DateTime.MaxValue"/> where it named none. The server's limit holds as well.</param>
    /// <param name="cancellation">Cancelled when the caller leaves.</param>
    public async IAsyncEnumerable<CompletionChunk> RunAsync(
        CompletionRequest request, DateTime deadline, [EnumeratorCancellation] CancellationToken cancellation)
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

    /// <summary>Turns whatever goes wrong into a <see cref="RequestFailedException"/>, and counts it.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<bool> NextAsync(
        IAsyncEnumerator<CompletionChunk> chunks, ObservedRequest observed, RequestClock clock)
    {
        try
        {
            return await chunks.MoveNextAsync();
        }
        catch (RequestFailedException error)
        {
            throw observed.Fail(InTime(error, clock));
        }
        catch (OperationCanceledException) when (clock.Token.IsCancellationRequested)
        {
            throw observed.Fail(InTime(new RequestFailedException(FailureKind.Cancelled, "the caller cancelled"), clock));
        }
    }

    /// <summary>Past the deadline, what is cancelled is late.</summary>
    private static RequestFailedException InTime(RequestFailedException error, RequestClock clock) =>
        error.Failure.Kind == FailureKind.Cancelled && clock.IsLate
            ? new RequestFailedException(FailureKind.DeadlineExceeded, "the request took longer than its deadline")
            : error;

    private async IAsyncEnumerable<CompletionChunk> StreamAsync(
        CompletionRequest request, ObservedRequest observed, RequestClock clock)
    {
        var cancellation = clock.Token;
        await onDemand.EnsureAsync(request, cancellation);
        planner.Check(request);
        await admission.EnterAsync(cancellation);
        try
        {
            observed.Admitted();
            request = WithId(WithSeed(request));
            var (plan, opened) = await OpenAsync(request, clock);
            using var answer = opened;
            observed.FirstChunk();
            asked.Add(request, plan);
            if (plan.Scores is not null)
            {
                gates.Planned(plan.GateRevision);
            }

            int told = -1;
            var costs = new CostMeter(plan);
            do
            {
                var chunk = answer.Current;
                costs.Count(chunk);
                if (chunk.Usage is { } usage)
                {
                    chunk = chunk with { Usage = costs.Onto(usage) };
                }

                if (told != answer.Resumes)
                {
                    told = answer.Resumes;
                    chunk = chunk with { Plan = answer.Told(plan) with { Host = answer.Host, Reason = told > 0 ? PlanReasons.Resumed : plan.Reason } };
                }

                yield return chunk;
            }
            while (await answer.MoveNextAsync(cancellation));
        }
        finally
        {
            admission.Leave();
        }
    }

    /// <summary>
    /// Who leaves the choice to the gate gets another plan where an expert of the first turns out to be unusable, and everybody where that is a canary.
    /// </summary>
    private async Task<(Plan Plan, IAnswerStream Answer)> OpenAsync(CompletionRequest request, RequestClock clock)
    {
        long start = time.GetTimestamp();
        var draws = new VersionDraws(random);
        for (int i = 0; ; i++)
        {
            var plan = planner.Plan(request, draws) with { Seed = request.Sampling.Seed!.Value, RequestId = request.Id };
            try
            {
                var call = new BackendCall(request, plan, clock.Deadline);
                var answer = await meter.OpenAsync(AskedExperts.Of(plan), clock.Deadline, () => backends.Of(plan).OpenAsync(call, clock.Token));
                shadows.Begin(call, answer);
                return (plan, answer);
            }
            catch (ExpertFailedException error) when (HasOther(request, plan, error.Expert) && i < MostPlans)
            {
                metrics.Replans.Inc();
                if (plan.Remote is not null)
                {
                    // What is wrong with it may be the request alone: others go on planning with it.
                    draws.Leave(error.Expert, error.Failure);
                }
            }
            catch (PlanOutdatedException) when (time.GetElapsedTime(start) < _patience)
            {
                metrics.Replans.Inc();
                if (plan.IsByCandidate && time.GetElapsedTime(start) >= CandidatePatience)
                {
                    // Hosts that have not got its gates by now can't use them.
                    draws.LeaveCandidate();
                    gates.FellBack(plan.GateRevision);
                }

                await Task.Delay(CataloguePause, time, clock.Token);
            }
        }
    }

    /// <summary>Whether a plan without this expert, or with its stable version, is what the caller asked for, too.</summary>
    private static bool HasOther(CompletionRequest request, Plan plan, string expert) =>
        (request.IsAuto && request.Merge.Experts.Count == 0) || plan.Experts.Any(e => e.Name == expert && e.Version == ExpertVersion.Canary);

    private CompletionRequest WithId(CompletionRequest request) => request.Id.Length == 0 ? request with { Id = asked.NewId() } : request;

    private static CompletionRequest WithSeed(CompletionRequest request) => request.Sampling.Seed is null
        ? request with { Sampling = request.Sampling with { Seed = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint))) } }
        : request;
}
