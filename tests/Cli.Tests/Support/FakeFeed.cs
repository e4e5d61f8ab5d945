using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Cli.Running;

namespace ExpertCluster.Cli.Tests.Support;

/// <summary>An admin API that wants what the test says.</summary>
internal sealed class FakeFeed : IDesiredFeed
{
    private TaskCompletionSource _next = new();

    public DesiredState? Current { get; private set; }

    public void Want(DesiredState state)
    {
        Current = state;
        Interlocked.Exchange(ref _next, new TaskCompletionSource()).SetResult();
    }

    public Task OtherThanAsync(DesiredState? known, CancellationToken cancellation) =>
        ReferenceEquals(Current, known) ? _next.Task.WaitAsync(cancellation) : Task.CompletedTask;
}
