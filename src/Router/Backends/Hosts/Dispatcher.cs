using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Selection;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Node.Telemetry;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Selection;
using ExpertCluster.Router.Telemetry;
using Grpc.Core;

namespace ExpertCluster.Router.Backends.Hosts;

/// <summary>
/// Takes a plan to a host that has all of its experts, and waits for the first chunk. Until that chunk a failure is
/// nobody's loss: the next host is tried, the grains are asked again, as long as patience lasts.
/// </summary>
internal sealed partial class Dispatcher(
    ExpertDirectory directory,
    HostSuspicions suspicions,
    HostLiveness liveness,
    HostChannels channels,
    HostSelector selector,
    RouterOptions options,
    RouterMetrics metrics,
    TimeProvider time,
    ILogger<Dispatcher> log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <param name="call">What the host is asked. It is told what is left of the deadline, try by try.</param>
    /// <param name="resumes">
    /// Whether the caller has part of the answer already: then it is worth waiting for a host even where none answers now.
    /// </param>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>The stream, its first chunk read.</returns>
    /// <exception cref="RequestFailedException">Refused by the host, or no host could take it in time.</exception>
    public async Task<HostStream> DispatchAsync(HostCall call, bool resumes, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        var pause = FirstPause;
        while (true)
        {
            if (!resumes && liveness.NoneLeft)
            {
                throw new RequestFailedException(FailureKind.Unavailable, "no expert host answers just now; try again in a moment");
            }

            try
            {
                var target = await LocateAsync(call.Choice, cancellation);
                return await OpenAsync(target, call, cancellation);
            }
            catch (RpcException error) when (IsWorthAnotherTry(error, cancellation))
            {
                LogRetry(log, error.Status.ToString());
            }
            catch (RpcException error)
            {
                throw HostFailures.Of(error);
            }
            catch (Exception error) when (error is not (RequestFailedException or OperationCanceledException or OutOfMemoryException))
            {
                // What a grain call throws while hosts join or die: no implementation yet, silo unavailable, load failed. It
                // tells of addresses and types, so it goes to the log alone.
                LogRetry(log, OneLine.Of(error));
            }

            if (time.GetElapsedTime(start).TotalSeconds + pause.TotalSeconds > options.DispatchPatienceSeconds)
            {
                throw new RequestFailedException(
                    FailureKind.Unavailable, $"no host could take the request for {string.Join(", ", call.Experts)} within {options.DispatchPatienceSeconds} s; try again in a moment");
            }

            metrics.DispatchRetries.Inc();
            await Task.Delay(Jittered(pause), time, cancellation);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }

    /// <summary>
    /// Whether a host, or the way to it, is gone, or speaks no gRPC any more: it did not itself refuse the request. An answer
    /// that ends without a status is CANCELLED to the client, though nobody here has cancelled.
    /// </summary>
    public static bool IsLoss(RpcException error, CancellationToken cancellation) => error.StatusCode switch
    {
        StatusCode.Unavailable => true,
        StatusCode.Internal => error.Status.DebugException is HttpRequestException or IOException or InvalidDataException,
        StatusCode.Cancelled => !cancellation.IsCancellationRequested,
        _ => false,
    };

    /// <summary>Asks others first from now on, and the grains anew.</summary>
    public void Lose(string host, IEnumerable<string> experts)
    {
        suspicions.Suspect(host);
        directory.Drop(host, experts);
    }

    private async Task<DispatchTarget> LocateAsync(HostChoice choice, CancellationToken cancellation)
    {
        var experts = choice.Experts;
        var replicas = new ExpertReplica[experts.Count][];
        for (int i = 0; i < replicas.Length; i++)
        {
            replicas[i] = await directory.ResolveAsync(experts[i], cancellation);
        }

        if (Select(replicas, choice) is { } known)
        {
            return known;
        }

        // What is known may lack replicas that were dropped: only the grains can say that no host has them all.
        for (int i = 0; i < replicas.Length; i++)
        {
            replicas[i] = await directory.RefreshAsync(experts[i], cancellation);
        }

        return Select(replicas, choice) ?? throw new RequestFailedException(
            FailureKind.Unimplemented,
            $"no host has all of {string.Join(", ", experts)}; a plan across hosts is not built yet: ask for one of them, or fewer");
    }

    /// <returns>Null when no host has all experts.</returns>
    private DispatchTarget? Select(ExpertReplica[][] replicas, HostChoice choice)
    {
        var targets = DispatchTarget.All(replicas);
        if (targets.Count == 0)
        {
            return null;
        }

        string host = selector.Choose([.. targets.Select(t => CandidateOf(t.Host))], choice).Name;
        return targets.Find(t => t.Host == host);
    }

    private HostCandidate CandidateOf(string host) =>
        new(host, channels.LoadOf(host), liveness.IsAlive(host) && !suspicions.IsSuspect(host));

    /// <summary>Half of it to all of it: routers that lost the same host must not come back in step.</summary>
    private static TimeSpan Jittered(TimeSpan pause) => pause * (0.5 + (Random.Shared.NextDouble() / 2));

    private async Task<HostStream> OpenAsync(DispatchTarget target, HostCall dispatch, CancellationToken cancellation)
    {
        for (int i = 0; i < dispatch.Message.Experts.Count; i++)
        {
            dispatch.Message.Experts[i].Epoch = target.Replicas[i].Epoch;
        }

        var channel = channels.Get(target.Host, target.Address);
        channel.Enter();
        var call = channel.Client.Generate(dispatch.Message, deadline: dispatch.Deadline, cancellationToken: cancellation);
        var stream = new HostStream(call, channel, target.Host);
        try
        {
            if (await call.ResponseStream.MoveNext(cancellation))
            {
                return stream;
            }

            throw new RpcException(new Status(StatusCode.Unavailable, $"host {target.Host} ended the stream before it began"));
        }
        catch (Exception error)
        {
            stream.Dispose();
            if (error is RpcException rpc && IsWorthAnotherTry(rpc, cancellation))
            {
                Lose(target.Host, target.Replicas.Select(r => r.Expert));
            }

            throw;
        }
    }

    private static bool IsWorthAnotherTry(RpcException error, CancellationToken cancellation) =>
        IsLoss(error, cancellation) || error.StatusCode == StatusCode.FailedPrecondition;

    [LoggerMessage(3201, LogLevel.Debug, "A request is tried again: {Reason}")]
    private static partial void LogRetry(ILogger log, string reason);
}
