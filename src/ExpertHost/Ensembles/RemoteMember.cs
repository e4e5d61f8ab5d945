using System.Threading.Channels;
using ExpertCluster.ExpertHost.Telemetry;
using ExpertCluster.Inference.Merging;
using ExpertCluster.Node.Peers;
using ExpertCluster.Node.Telemetry;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Ensembles;

/// <summary>
/// The part of one request's ensemble that another host computes. Where that host can't, or is lost, the next one goes on behind the tokens that were drawn; not where it
/// was lost with the text before it contributed: then the text may be what hosts are lost over.
/// </summary>
internal sealed partial class RemoteMember : IRemoteMember
{
    private readonly Contributor _contributor;
    private readonly GenerateRequest _plan;
    private readonly int _candidates;
    private readonly int _vocabulary;
    private readonly DateTime _deadline;
    private readonly KnownHosts _hosts;
    private readonly HostChannels _channels;
    private readonly HostMetrics _metrics;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _ended = new();
    private readonly Channel<bool> _told = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _lock = new();
    private readonly List<int> _tokens;
    private volatile TokenDistribution? _latest;
    private volatile bool _isGone;
    private string? _lostBefore;
    private Action _changed = static () => { };
    private int _disposed;

    /// <param name="request">Whose answer is drawn here.</param>
    /// <param name="contributor">One of its.</param>
    /// <param name="candidates">Tokens of a contribution at most.</param>
    /// <param name="vocabulary">Of the base here.</param>
    /// <param name="deadline">The request's, UTC.</param>
    /// <param name="hosts">Say where hosts are.</param>
    /// <param name="channels">To them.</param>
    /// <param name="metrics">Count what is lost.</param>
    /// <param name="log">Told why.</param>
    public RemoteMember(
        GenerateRequest request,
        Contributor contributor,
        int candidates,
        int vocabulary,
        DateTime deadline,
        KnownHosts hosts,
        HostChannels channels,
        HostMetrics metrics,
        ILogger log)
    {
        (_contributor, _candidates, _vocabulary, _deadline) = (contributor, candidates, vocabulary, deadline);
        (_hosts, _channels, _metrics, _log) = (hosts, channels, metrics, log);
        _plan = ContributorPlan.Of(request, contributor);
        _tokens = [.. request.ResumeTokens];
        Weight = contributor.Experts.Sum(e => e.Weight);
        Experts = [.. contributor.Experts.Select(e => new WeightedExpert { Name = e.Name, Weight = e.Weight / Weight })];
    }

    /// <summary>The base that it runs on.</summary>
    public string Base => _contributor.Base;

    /// <summary>Of the whole ensemble, as the request weighs it.</summary>
    public double Weight { get; }

    /// <summary>Who they are, with weights that sum to 1.</summary>
    public IReadOnlyList<WeightedExpert> Experts { get; }

    /// <summary>The host that was lost with the text and had contributed nothing; null: none was. Told once.</summary>
    public string? TakeLost() => Interlocked.Exchange(ref _lostBefore, null);

    /// <inheritdoc/>
    public TokenDistribution? Latest => _latest;

    /// <inheritdoc/>
    public bool IsGone => _isGone;

    /// <inheritdoc/>
    public void Start(Action changed)
    {
        _changed = changed;
        _ = Task.Run(RunAsync);
    }

    /// <inheritdoc/>
    public void Tell(int token)
    {
        lock (_lock)
        {
            _tokens.Add(token);
        }

        _told.Writer.TryWrite(true);
    }

    /// <summary>The other host hears of the end by the call's.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            // Not here: what is registered would run on the engine's thread.
            _ = _ended.CancelAsync();
        }
    }

    private async Task RunAsync()
    {
        foreach (string host in _contributor.Hosts)
        {
            try
            {
                await ContributeAsync(host);
                throw new RpcException(new Status(StatusCode.Unavailable, $"host {host} ended its part before the answer's end"));
            }
            catch (Exception) when (_ended.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                // Whatever it is, it costs the answer this part alone.
                LogLost(_log, host, _contributor.Base, OneLine.Of(error));
                _metrics.ContributorsLost.WithLabels(_contributor.Base).Inc();
                if (_latest is null && error is RpcException lost && HostLosses.IsLoss(lost, _ended.Token) && HostLosses.WasAtWork(lost))
                {
                    Volatile.Write(ref _lostBefore, host);
                    break;
                }
            }

            _isGone = true;
            _changed();
        }

        _isGone = true;
        _changed();
    }

    private async Task ContributeAsync(string host)
    {
        if (_hosts.AddressOf(host) is not { } address)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, $"host {host} is not known"));
        }

        var channel = _channels.Get(host, address);
        channel.Enter();
        try
        {
            using var call = channel.Client.Contribute(deadline: _deadline, cancellationToken: _ended.Token);
            var plan = _plan.Clone();
            int said;
            lock (_lock)
            {
                plan.ResumeTokens.AddRange(_tokens);
                said = _tokens.Count;
            }

            using var over = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
            var saying = SayAsync(call.RequestStream, new ContributeRequest { Plan = plan, Candidates = _candidates }, said, over.Token);
            try
            {
                await HearAsync(call.ResponseStream);
            }
            finally
            {
                // Nothing may be drawn while this part is waited for: then nothing is said, either.
                await over.CancelAsync();
                call.Dispose();
                await saying;
            }
        }
        finally
        {
            channel.Leave();
        }
    }

    /// <summary>What was drawn goes there as soon as what went before has left.</summary>
    private async Task SayAsync(IClientStreamWriter<ContributeRequest> to, ContributeRequest first, int said, CancellationToken over)
    {
        try
        {
            await to.WriteAsync(first, over);
            while (await _told.Reader.WaitToReadAsync(over))
            {
                _told.Reader.TryRead(out _);
                var message = new ContributeRequest();
                lock (_lock)
                {
                    message.Tokens.AddRange(_tokens[said..]);
                    said = _tokens.Count;
                }

                if (message.Tokens.Count > 0)
                {
                    await to.WriteAsync(message, over);
                }
            }
        }
        catch (Exception error) when (error is RpcException or OperationCanceledException or InvalidOperationException)
        {
            // The call is over; whoever reads its answer is told how it ended, which a write that fails does not know.
        }
    }

    private async Task HearAsync(IAsyncStreamReader<Contribution> from)
    {
        while (await from.MoveNext(_ended.Token))
        {
            var said = from.Current;
            if (said.Vocabulary != 0 && said.Vocabulary != _vocabulary)
            {
                throw new InvalidDataException($"base {_contributor.Base} has {said.Vocabulary} tokens there, and {_vocabulary} are known here");
            }

            _latest = TokenDistribution.Read(said.Place, [.. said.Tokens], [.. said.Logprobs], said.Tail, _vocabulary)
                ?? throw new InvalidDataException("a contribution is no distribution");
            _isGone = false;
            _changed();
        }
    }

    [LoggerMessage(2501, LogLevel.Warning, "Host {Host} contributes no more to an answer by base {Base}: {Reason}")]
    private static partial void LogLost(ILogger log, string host, string @base, string reason);
}
