using ExpertCluster.Fabric.Grains;
using ExpertCluster.Node.Telemetry;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Errors;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Telemetry;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Router.Dispatch;

/// <summary>
/// Takes a plan to a host that has all of its experts, and waits for the first chunk. Until that chunk a failure is
/// nobody's loss: the next host is tried, the grains are asked again, as long as patience lasts.
/// </summary>
internal sealed partial class Dispatcher(
    ExpertDirectory directory,
    HostSuspicions suspicions,
    HostLiveness liveness,
    HostChannels channels,
    RouterOptions options,
    RouterMetrics metrics,
    TimeProvider time,
    ILogger<Dispatcher> log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <param name="request">What the host is asked.</param>
    /// <param name="experts">Names of the plan's experts.</param>
    /// <param name="deadline">UTC. The host is told what is left of it, try by try.</param>
    /// <param name="resumes">
    /// Whether the caller has part of the answer already: then it is worth waiting for a host even where none answers now.
    /// </param>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>The stream, its first chunk read.</returns>
    /// <exception cref="RouterException">Refused by the host, or no host could take it in time.</exception>
    public async Task<HostStream> DispatchAsync(
        GenerateRequest request, IReadOnlyList<string> experts, DateTime deadline, bool resumes, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        var pause = FirstPause;
        ulong affinity = PromptAffinity.KeyOf(request);
        while (true)
        {
            if (!resumes && liveness.NoneLeft)
            {
                throw new RouterException(RouterError.Unavailable, "no expert host answers just now; try again in a moment");
            }

            try
            {
                var target = await LocateAsync(experts, affinity, cancellation);
                return await OpenAsync(target, request, deadline, cancellation);
            }
            catch (RpcException error) when (IsWorthAnotherTry(error, cancellation))
            {
                LogRetry(log, error.Status.ToString());
            }
            catch (RpcException error)
            {
                throw RouterErrorMap.FromHost(error.Status);
            }
            catch (Exception error) when (error is not (RouterException or OperationCanceledException or OutOfMemoryException))
            {
                // What a grain call throws while hosts join or die: no implementation yet, silo unavailable, load failed. It
                // tells of addresses and types, so it goes to the log alone.
                LogRetry(log, OneLine.Of(error));
            }

            if (time.GetElapsedTime(start).TotalSeconds + pause.TotalSeconds > options.DispatchPatienceSeconds)
            {
                throw new RouterException(
                    RouterError.Unavailable, $"no host could take the request for {string.Join(", ", experts)} within {options.DispatchPatienceSeconds} s; try again in a moment");
            }

            metrics.DispatchRetries.Inc();
            await Task.Delay(pause, time, cancellation);
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

    private async Task<DispatchTarget> LocateAsync(IReadOnlyList<string> experts, ulong affinity, CancellationToken cancellation)
    {
        var replicas = new ExpertReplica[experts.Count][];
        for (int i = 0; i < replicas.Length; i++)
        {
            replicas[i] = await directory.ResolveAsync(experts[i], cancellation);
        }

        if (Select(replicas, affinity) is { } known)
        {
            return known;
        }

        // What is known may lack replicas that were dropped: only the grains can say that no host has them all.
        for (int i = 0; i < replicas.Length; i++)
        {
            replicas[i] = await directory.RefreshAsync(experts[i], cancellation);
        }

        return Select(replicas, affinity) ?? throw new RouterException(
            RouterError.Unimplemented,
            $"no host has all of {string.Join(", ", experts)}; a plan across hosts is not built yet: ask for one of them, or fewer");
    }

    private DispatchTarget? Select(ExpertReplica[][] replicas, ulong affinity) => TargetSelector.Select(
        replicas,
        host => suspicions.IsSuspect(host) || !liveness.IsAlive(host),
        channels.LoadOf,
        host => PromptAffinity.Weight(affinity, host));

    private async Task<HostStream> OpenAsync(
        DispatchTarget target, GenerateRequest request, DateTime deadline, CancellationToken cancellation)
    {
        for (int i = 0; i < request.Experts.Count; i++)
        {
            request.Experts[i].Epoch = target.Replicas[i].Epoch;
        }

        var channel = channels.Get(target.Host, target.Address);
        channel.Enter();
        var call = channel.Client.Generate(request, deadline: deadline, cancellationToken: cancellation);
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
