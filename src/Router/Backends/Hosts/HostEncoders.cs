using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Hashing;
using ExpertCluster.Node.Peers;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Encoders;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Suspects;
using ExpertCluster.Router.Telemetry;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Router.Backends.Hosts;

/// <summary>
/// Has a host read texts by an encoder. Any host can; each encoder has an order of hosts of its own, of which the first that is not busy is asked, so that a few have it in
/// memory, and more where it is asked for more. Where one is lost or has no room the next is asked, as long as patience lasts.
/// </summary>
internal sealed class HostEncoders(
    HostDirectory hosts,
    HostLiveness liveness,
    HostSuspicions suspicions,
    SuspectBook suspects,
    HostChannels channels,
    RouterOptions options,
    RouterMetrics metrics,
    TimeProvider time) : IEncoderBackend
{
    /// <summary>Calls of this router on a host that count as one step of being busy.</summary>
    private const int CrowdStep = 4;

    /// <summary>For a host to fetch an encoder and open it.</summary>
    private static readonly TimeSpan OpeningPatience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public async Task<TextValues[]> EncodeAsync(
        PreparedEncoder encoder, IReadOnlyList<EncoderText> texts, int first, int? truncate, DateTime deadline, CancellationToken cancellation)
    {
        var message = MessageOf(encoder, texts, truncate);
        long start = time.GetTimestamp();
        var pause = FirstPause;
        RequestFailedException? failure = null;
        HashSet<string> asked = new(StringComparer.Ordinal);
        bool isUnusable = true;
        while (true)
        {
            if (Choose(encoder, asked) is { } host)
            {
                asked.Add(host.Name);
                try
                {
                    return await AskAsync(host, message, deadline, cancellation);
                }
                catch (RpcException error) when (IsOthers(error, cancellation))
                {
                    failure = HostFailures.Of(error);
                    isUnusable &= GrpcFailures.ReasonOf(error) is (FailureReasons.ExpertUnusable, _);
                    metrics.DispatchRetries.Inc();
                    continue;
                }
                catch (RpcException error)
                {
                    // A host counts the texts of a piece.
                    string list = message.Pairs.Count > 0 ? TextPlaces.Pairs : TextPlaces.Inputs;
                    throw TextPlaces.Moved(HostFailures.Of(error), list, place => $"{list}[{first + place}]");
                }
            }

            if (failure is not null && isUnusable)
            {
                // Of all who could be asked: it is the encoder, and no waiting mends it.
                throw failure;
            }

            if (time.GetElapsedTime(start).TotalSeconds + pause.TotalSeconds > options.DispatchPatienceSeconds)
            {
                throw failure ?? new RequestFailedException(
                    FailureKind.Unavailable, $"no host could take the request for encoder {encoder.Name} within {options.DispatchPatienceSeconds} s; try again in a moment");
            }

            await Task.Delay(pause, time, cancellation);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            asked.Clear();
            isUnusable = true;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> KeepersOf(PreparedEncoder encoder, int count)
    {
        ulong key = RendezvousHash.KeyOf(encoder.Revision);
        return [.. Candidates(encoder).OrderByDescending(h => RendezvousHash.Weight(key, h.Name)).Take(count).Select(h => h.Name)];
    }

    /// <inheritdoc/>
    public async Task OpenAsync(PreparedEncoder encoder, string host, CancellationToken cancellation)
    {
        try
        {
            var known = hosts.Hosts.FirstOrDefault(h => h.Name == host) ?? throw new RequestFailedException(FailureKind.Unavailable, $"host {host} is gone");
            await AskAsync(known, new EncodeRequest { Encoder = encoder.Name, Revision = encoder.Revision, OpenOnly = true }, time.GetUtcNow().UtcDateTime + OpeningPatience, cancellation);
        }
        catch (RpcException error)
        {
            throw HostFailures.Of(error);
        }
    }

    /// <summary>Whether another host may do better.</summary>
    private static bool IsOthers(RpcException error, CancellationToken cancellation) =>
        error.StatusCode is StatusCode.Unavailable or StatusCode.ResourceExhausted or StatusCode.FailedPrecondition || HostLosses.IsLoss(error, cancellation);

    private KnownHost? Choose(PreparedEncoder encoder, HashSet<string> asked)
    {
        ulong key = RendezvousHash.KeyOf(encoder.Revision);
        return Candidates(encoder)
            .Where(h => !asked.Contains(h.Name))
            .OrderBy(h => suspicions.IsSuspect(h.Name))
            .ThenBy(h => channels.LoadOf(h.Name) / CrowdStep)
            .ThenByDescending(h => RendezvousHash.Weight(key, h.Name))
            .FirstOrDefault();
    }

    private IEnumerable<KnownHost> Candidates(PreparedEncoder encoder) => hosts.Hosts.Where(h => !h.Draining && liveness.IsAlive(h.Name) && h.HasLabels(encoder.Labels));

    private async Task<TextValues[]> AskAsync(KnownHost host, EncodeRequest message, DateTime deadline, CancellationToken cancellation)
    {
        string? hash = suspects.IsEmpty ? null : RequestHash.Of(message);
        message.Suspect = hash is not null && IsSuspect(hash);
        if (message.Suspect && !suspects.TryBegin(hash!))
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "hosts were lost over this text, and it is being tried; try again in a moment"));
        }

        var channel = channels.Get(host.Name, host.Address);
        channel.Enter();
        var turn = message.Suspect ? SuspectTurn.Waiting : SuspectTurn.Over;
        try
        {
            using var call = channel.Client.EncodeAsync(message, deadline: deadline, cancellationToken: cancellation);
            if (message.Suspect)
            {
                await call.ResponseHeadersAsync;
                turn = SuspectTurn.Alone;
            }

            var answer = await call.ResponseAsync;
            if (message.Suspect)
            {
                suspects.Clear(hash!);
            }

            return [.. answer.Texts.Select(text => new TextValues(text.Values.ToArray(), text.Tokens))];
        }
        catch (RpcException error) when (HostLosses.IsLoss(error, cancellation))
        {
            if (turn != SuspectTurn.Waiting && HostLosses.WasAtWork(error))
            {
                suspects.Lost(hash ?? RequestHash.Of(message), host.Name, alone: turn == SuspectTurn.Alone);
            }

            suspicions.Suspect(host.Name);
            suspects.LoseHost(host.Name);
            throw;
        }
        finally
        {
            channel.Leave();
            if (message.Suspect)
            {
                suspects.End(hash!);
            }
        }
    }

    /// <exception cref="RequestFailedException">INVALID_ARGUMENT: it is refused.</exception>
    private bool IsSuspect(string hash)
    {
        var standing = suspects.StandingOf(hash);
        if (standing != SuspectStanding.Refused)
        {
            return standing == SuspectStanding.Suspect;
        }

        metrics.SuspectRequests.WithLabels("refused").Inc();
        throw new RequestFailedException(Failure.Invalid(
            "input", $"input: expert hosts were lost over these texts; they are refused for a while (at most {options.PoisonSeconds} s). Their hash is {hash}"));
    }

    private static EncodeRequest MessageOf(PreparedEncoder encoder, IReadOnlyList<EncoderText> texts, int? truncate)
    {
        var message = new EncodeRequest { Encoder = encoder.Name, Revision = encoder.Revision, TruncateTokens = truncate ?? 0 };
        foreach (var text in texts)
        {
            if (text.Second is { } second)
            {
                message.Pairs.Add(new TextPair { First = text.Text!, Second = second });
            }
            else if (text.Tokens is { } tokens)
            {
                message.Inputs.Add(new EncoderInput { Tokens = { tokens } });
            }
            else
            {
                message.Inputs.Add(new EncoderInput { Text = text.Text! });
            }
        }

        return message;
    }
}
