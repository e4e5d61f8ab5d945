using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Peers;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Suspects;
using ExpertCluster.Router.Telemetry;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Router.Backends.Hosts;

/// <summary>
/// Takes a plan to a host of its base, whichever suits it best, and waits for the first chunk: what the host lacks of the plan's experts it reads
/// meanwhile. Until that chunk a failure is nobody's loss: the next host is tried, as long as patience lasts.
/// </summary>
internal sealed partial class Dispatcher(
    HostDirectory hosts,
    HostSuspicions suspicions,
    SuspectBook suspects,
    NewTexts newTexts,
    HostRefusals refusals,
    UnusableExperts unusable,
    HostLiveness liveness,
    HostChannels channels,
    HostChooser chooser,
    RouterOptions options,
    RouterMetrics metrics,
    TimeProvider time,
    ILogger<Dispatcher> log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Hosts that must call an expert unusable before this router believes that it is the expert, not the host's disk.</summary>
    private const int RefusalsToBelieve = 2;

    /// <summary>Named for a contributor, so that another can go on where one is lost.</summary>
    private const int HostsOfContributor = 3;

    /// <param name="call">What the host is asked. It is told what is left of the deadline, try by try.</param>
    /// <param name="resumes">
    /// Whether the caller has part of the answer already: then it is worth waiting for a host even where none answers now.
    /// </param>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>The stream, its first chunk read.</returns>
    /// <exception cref="RequestFailedException">Refused by the host, or no host could take it in time.</exception>
    /// <exception cref="PlanOutdatedException">No host has the plan's catalogue.</exception>
    public async Task<HostStream> DispatchAsync(HostCall call, bool resumes, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        var pause = FirstPause;
        int asked = 0;
        int refused = 0;
        while (true)
        {
            if (!resumes && liveness.NoneLeft)
            {
                throw new RequestFailedException(FailureKind.Unavailable, "no expert host answers just now; try again in a moment");
            }

            call.Message.Suspect = IsSuspect(call);
            if (chooser.Choose(call.Wish) is not { } host)
            {
                LogRetry(log, "no host that is known can take it now");
            }
            else if (call.Message.Suspect && !suspects.TryBegin(call.Hash))
            {
                LogRetry(log, "its text is suspect, and being tried");
            }
            else if (IsNew(call) && !await newTexts.TryEnterAsync(call.Hash, host.Name, cancellation))
            {
                LogRetry(log, "another host has had the same text, and no token of it");
                continue;
            }
            else
            {
                try
                {
                    return await OpenAsync(host, call, cancellation);
                }
                catch (RpcException error) when (HostLosses.IsLoss(error, cancellation))
                {
                    LogRetry(log, error.Status.ToString());
                }
                catch (RpcException error) when (error.StatusCode == StatusCode.FailedPrecondition)
                {
                    LogRetry(log, error.Status.ToString());
                    bool isAnother = Note(host.Name, call, error, ref refused) && ++asked < hosts.Hosts.Count;
                    if (!isAnother && !resumes)
                    {
                        throw new PlanOutdatedException(new Failure(
                            FailureKind.Unavailable, $"no host knows this content of {string.Join(", ", call.Wish.Choice.Experts)} yet; try again in a moment"));
                    }

                    // Nothing is wrong with the host, and the next one can be asked at once.
                    if (isAnother)
                    {
                        CountRetry(call);
                        continue;
                    }
                }
                catch (RpcException error)
                {
                    throw HostFailures.Of(error);
                }
                finally
                {
                    if (call.Message.Suspect)
                    {
                        suspects.End(call.Hash);
                    }
                    else if (IsNew(call))
                    {
                        newTexts.Leave(call.Hash);
                    }
                }
            }

            if (time.GetElapsedTime(start).TotalSeconds + pause.TotalSeconds > options.DispatchPatienceSeconds)
            {
                throw new RequestFailedException(
                    FailureKind.Unavailable, $"no host could take the request for {string.Join(", ", call.Wish.Choice.Experts)} within {options.DispatchPatienceSeconds} s; try again in a moment");
            }

            CountRetry(call);
            await Task.Delay(Jittered(pause), time, cancellation);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }

    /// <summary>Asks others first from now on.</summary>
    public void Lose(string host)
    {
        suspicions.Suspect(host);
        suspects.LoseHost(host);
    }

    /// <summary>Hosts that were lost while they had the text as contributors, as the host that draws says.</summary>
    /// <returns>Whether there are any.</returns>
    public bool NoteLost(HostCall call, GenerateChunk chunk)
    {
        foreach (string host in chunk.LostContributors)
        {
            suspects.Lost(call.Hash, host, alone: false);
            Lose(host);
        }

        return chunk.LostContributors.Count > 0;
    }

    /// <summary>An answer that has begun has shown what its text does: never.</summary>
    /// <exception cref="RequestFailedException">INVALID_ARGUMENT: it is refused.</exception>
    private bool IsSuspect(HostCall call)
    {
        var standing = call.HasBegun || suspects.IsEmpty ? SuspectStanding.Free : suspects.StandingOf(call.Hash);
        if (standing != SuspectStanding.Refused)
        {
            return standing == SuspectStanding.Suspect;
        }

        metrics.SuspectRequests.WithLabels("refused").Inc();
        string field = call.Message.Messages is not null ? "messages" : "prompt";
        throw new RequestFailedException(Failure.Invalid(
            field, $"{field}: expert hosts were lost over this text; it is refused for a while (at most {options.PoisonSeconds} s). Its hash is {call.Hash}"));
    }

    /// <summary>Whether no host may have shown yet what its text does. Suspects are tried one at a time anyway.</summary>
    private static bool IsNew(HostCall call) => !call.Message.Suspect && !call.HasBegun;

    private void CountRetry(HostCall call)
    {
        if (!call.IsCopy)
        {
            metrics.DispatchRetries.Inc();
        }
    }

    /// <summary>Half of it to all of it: routers that lost the same host must not come back in step.</summary>
    private static TimeSpan Jittered(TimeSpan pause) => pause * (0.5 + (Random.Shared.NextDouble() / 2));

    private async Task<HostStream> OpenAsync(KnownHost host, HostCall dispatch, CancellationToken cancellation)
    {
        NameContributors(dispatch, host.Name);
        var channel = channels.Get(host.Name, host.Address);
        channel.Enter();
        var call = channel.Client.Generate(dispatch.Message, deadline: dispatch.Deadline, cancellationToken: cancellation);
        var stream = new HostStream(call, channel, host.Name);
        var turn = SuspectTurn.Over;
        try
        {
            if (dispatch.Message.Suspect)
            {
                turn = SuspectTurn.Waiting;
                await call.ResponseHeadersAsync;
                turn = SuspectTurn.Alone;
            }

            while (await call.ResponseStream.MoveNext(cancellation))
            {
                bool lost = NoteLost(dispatch, stream.Current);
                if (!dispatch.Message.Suspect)
                {
                    if (IsNew(dispatch) && !lost)
                    {
                        newTexts.Prove(dispatch.Hash);
                    }

                    return stream;
                }

                if (!HostChunks.IsEmpty(stream.Current))
                {
                    if (!lost)
                    {
                        suspects.Clear(dispatch.Hash);
                    }

                    return stream;
                }

                turn = SuspectTurn.Over;
            }

            throw new RpcException(new Status(StatusCode.Unavailable, $"host {host.Name} ended the stream before it began"));
        }
        catch (Exception error)
        {
            stream.Dispose();
            Fail(host.Name, dispatch, error, turn, cancellation);
            throw;
        }
    }

    /// <summary>
    /// Anew for each try: hosts come and go. Parts of one answer are computed at the same time, so each goes to a host of its own where there are as many. One that
    /// nobody runs is left out where the answer is drawn.
    /// </summary>
    private void NameContributors(HostCall call, string lead)
    {
        call.Message.Contributors.Clear();
        HashSet<string> taken = [lead];
        foreach (var (baseName, wish) in call.Contributors)
        {
            string[] named = [.. chooser.Choose(wish, HostsOfContributor).Select(h => h.Name).OrderBy(taken.Contains)];
            taken.UnionWith(named.Take(1));
            call.Message.Contributors.Add(new Contributor { Base = baseName, Experts = { wish.Experts.Select(HostRequests.Of) }, Hosts = { named } });
        }
    }

    /// <summary>No token came this time: what that says of the host, and of the request.</summary>
    private void Fail(string host, HostCall call, Exception error, SuspectTurn turn, CancellationToken cancellation)
    {
        bool isLoss = error is RpcException lost && HostLosses.IsLoss(lost, cancellation);
        if (isLoss && !call.HasBegun && turn != SuspectTurn.Waiting && HostLosses.WasAtWork((RpcException)error))
        {
            suspects.Lost(call.Hash, host, alone: turn == SuspectTurn.Alone);
        }
        else if (!isLoss && !call.HasBegun && error is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled or StatusCode.DeadlineExceeded })
        {
            suspects.Leave(host, call.Hash);
        }

        if (isLoss)
        {
            Lose(host);
        }
    }

    /// <summary>The host is well, and can't serve an expert of the plan: others may.</summary>
    /// <param name="host">Who refused.</param>
    /// <param name="call">What.</param>
    /// <param name="error">How.</param>
    /// <param name="refused">How many hosts have called an expert unusable before.</param>
    /// <returns>Whether there is another host to ask.</returns>
    /// <exception cref="ExpertFailedException">As many as it takes to believe that it is the expert.</exception>
    private bool Note(string host, HostCall call, RpcException error, ref int refused)
    {
        var (reason, subject) = GrpcFailures.ReasonOf(error) ?? (FailureReasons.RevisionUnknown, "");
        var experts = call.Plan.Experts.Where(e => subject.Length == 0 || e.Name == subject).ToArray();
        foreach (var expert in experts)
        {
            refusals.Add(host, expert.Revision);
        }

        if (reason != FailureReasons.ExpertUnusable || experts.Length == 0)
        {
            return chooser.Choose(call.Wish) is not null;
        }

        if (++refused >= RefusalsToBelieve || chooser.Choose(call.Wish) is null)
        {
            var failed = experts[0];
            unusable.Add(failed.Name, failed.Revision, error.Status.Detail);
            throw new ExpertFailedException(failed.Name, new Failure(FailureKind.Unavailable, error.Status.Detail, "model"));
        }

        return true;
    }

    [LoggerMessage(3201, LogLevel.Debug, "A request is tried again: {Reason}")]
    private static partial void LogRetry(ILogger log, string reason);
}
