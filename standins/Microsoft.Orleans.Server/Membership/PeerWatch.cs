using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orleans.OneMachine.Messaging;
using Orleans.Runtime;

namespace Orleans.OneMachine.Membership;

/// <summary>Draws the conclusions from connections that end, and from silos that the list declares dead.</summary>
internal sealed class PeerWatch : IPeerGate
{
    private readonly MembershipAgent _agent;
    private readonly Messenger _messenger;
    private readonly ConnectionPool _connections;
    private readonly Lazy<MembershipClient> _client;
    private readonly ILogger<PeerWatch> _logger;

    public PeerWatch(MembershipAgent agent, Messenger messenger, ConnectionPool connections, Lazy<MembershipClient> client, ILogger<PeerWatch> logger)
    {
        _agent = agent;
        _messenger = messenger;
        _connections = connections;
        _client = client;
        _logger = logger;
        connections.Gate = this;
        agent.Changed += DropDead;
    }

    public bool IsDead(SiloAddress silo) => _agent.Current.IsDead(silo);

    public void ConnectionEnded(SiloAddress target, ConnectionEnd end)
    {
        _logger.LogDebug("The connection to {Silo} has ended: {End}", target, end);
        switch (end)
        {
            case ConnectionEnd.ToldDead:
                _agent.Died("Another silo says that the cluster has declared this one dead.");
                break;
            case ConnectionEnd.Replaced when target.Equals(_agent.Current.View.Primary):
                _agent.Died("The primary silo has started anew, and its member list with it.");
                break;
            case ConnectionEnd.NobodyListens or ConnectionEnd.Replaced when _agent.Current.StatusOf(target) is not (SiloStatus.None or SiloStatus.Dead):
                // The vote first: whoever hears of the failure and calls again should find the grain elsewhere.
                _ = SuspectAsync(target).ContinueWith(_ => Fail(target, end), TaskScheduler.Default);
                return;
        }
        Fail(target, end);
    }

    public void ConnectionReplaced(OutboundConnection broken, OutboundConnection next)
    {
        _logger.LogDebug("The connection to {Silo} broke", broken.Target);
        _ = VerifyAsync(broken, next);
    }

    public async Task SuspectAsync(SiloAddress silo)
    {
        try
        {
            await _client.Value.SuspectAsync(silo, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            _logger.LogWarning(exception, "Silo {Silo} does not answer, and the primary could not be told", silo);
        }
    }

    private void Fail(SiloAddress target, ConnectionEnd end) => _messenger.Pending.Fail(target, () => Unavailable(target, end));

    private static SiloUnavailableException Unavailable(SiloAddress target, ConnectionEnd end) =>
        new SiloUnavailableException($"The silo {target} is unavailable: {Reason(end)}.");

    // A process that was killed no longer listens, and the new connection's end says so. Where it does listen, what was on the
    // way over the old connection may be lost, in both directions; what waited for it goes over the new one.
    private async Task VerifyAsync(OutboundConnection broken, OutboundConnection next)
    {
        try
        {
            await next.Peer.Task.ConfigureAwait(false);
            _messenger.Pending.Fail(broken, () => Unavailable(broken.Target, ConnectionEnd.Lost));
            _messenger.AnswersLost(broken.Target, broken.Answered);
        }
        catch (SiloUnavailableException)
        {
            // That connection's own end has been dealt with.
        }
    }

    private static string Reason(ConnectionEnd end) => end switch
    {
        ConnectionEnd.Lost => "the connection broke, and the call may or may not have been carried out",
        ConnectionEnd.NobodyListens => "its process is gone",
        ConnectionEnd.Replaced => "another process has its port now",
        ConnectionEnd.NoAnswer => "it takes connections but does not answer",
        ConnectionEnd.Refused => "it belongs to another cluster or speaks another protocol",
        ConnectionEnd.ToldDead => "the cluster has declared the calling silo dead",
        _ => "the connection is closed",
    };

    private void DropDead(ClusterState before, ClusterState after)
    {
        foreach (var member in after.View.Members.Where(member => member.Status == SiloStatus.Dead && before.StatusOf(member.Silo) != SiloStatus.Dead))
        {
            _messenger.Pending.Fail(member.Silo, () => new SiloUnavailableException($"The silo {member.Silo} is unavailable: the cluster has declared it dead."));
            _connections.Close(member.Silo);
        }
    }
}
