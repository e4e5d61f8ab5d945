using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.OneMachine.Membership;

/// <summary>This silo's copy of the member list, and who wants to hear of changes.</summary>
internal sealed class MembershipAgent(LocalSilo local, IFatalErrorHandler fatal, ILogger<MembershipAgent> logger)
{
    private readonly Lock _gate = new();
    private volatile ClusterState _current = ClusterState.Empty;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _leaving;
    private bool _died;

    /// <summary>Called in order of versions, one at a time.</summary>
    public event Action<ClusterState, ClusterState>? Changed;

    /// <summary>Called once, before anything else happens, when the cluster has gone on without this silo.</summary>
    public event Action<SiloUnavailableException>? Evicted;

    public ClusterState Current => _current;

    public SiloStatus LocalStatus => _current.StatusOf(local.SiloAddress);

    /// <summary>Ends when the list differs from what <see cref="Current"/> was before the call.</summary>
    public Task NextChange
    {
        get
        {
            lock (_gate)
                return _changed.Task;
        }
    }

    /// <summary>From now on the end of this silo is its own wish.</summary>
    public void Leave()
    {
        lock (_gate)
            _leaving = true;
    }

    public void Apply(ClusterView view)
    {
        ClusterState after;
        lock (_gate)
        {
            var before = _current;
            if (view.Version <= before.View.Version)
                return;
            _current = after = new(view);
            Announce(before, after);
            Changed?.Invoke(before, after);
            var signal = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            signal.SetResult();
        }
        if (after.StatusOf(local.SiloAddress) is SiloStatus.Dead or SiloStatus.None)
            Died("The cluster has declared this silo dead.");
    }

    /// <summary>Somebody who knows says that this silo is no member any more.</summary>
    public void Died(string reason)
    {
        lock (_gate)
        {
            if (_leaving || _died)
                return;
            _died = true;
        }
        var fate = new SiloUnavailableException($"{local.SiloAddress}: {reason}");
        Evicted?.Invoke(fate);
        fatal.OnFatalException(this, nameof(MembershipAgent), fate);
    }

    private void Announce(ClusterState before, ClusterState after)
    {
        foreach (var member in after.View.Members.Where(member => before.StatusOf(member.Silo) != member.Status))
            LogMember(logger, member.Silo, member.Name, member.Status, after.View.Version);
    }

    private static void LogMember(ILogger logger, SiloAddress silo, string name, SiloStatus status, long version) =>
        logger.LogInformation("Silo {Silo} ({Name}) is {Status} in member list {Version}", silo, name, status, version);
}
