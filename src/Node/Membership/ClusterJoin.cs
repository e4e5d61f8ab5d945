namespace ExpertCluster.Node.Membership;

/// <summary>Where this process stands between its start and its place in the cluster; readiness tells it.</summary>
public sealed class ClusterJoin
{
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string _waitsFor = "joining the cluster";

    /// <summary>Whether the silo is a member, so that grains can be called.</summary>
    public bool IsJoined => _joined.Task.IsCompleted;

    /// <summary>Why not yet.</summary>
    public string WaitsFor => _waitsFor;

    public Task WhenJoinedAsync(CancellationToken cancellation) => _joined.Task.WaitAsync(cancellation);

    internal void Wait(string reason) => _waitsFor = reason;

    internal void Join() => _joined.TrySetResult();
}
