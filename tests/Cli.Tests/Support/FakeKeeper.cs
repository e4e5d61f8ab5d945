using System.Collections.Concurrent;
using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Preparation;

namespace ExpertCluster.Cli.Tests.Support;

/// <summary>Prepares nothing, and remembers what it was asked to.</summary>
internal sealed class FakeKeeper : ICatalogueKeeper
{
    public string Output => "prepared";

    public Action<string> Progress { get; init; } = _ => { };

    public DesiredState Copy { get; init; } = DesiredState.Empty;

    public ConcurrentQueue<(DesiredState Desired, bool IsFileNew)> Prepared { get; } = new();

    /// <summary>What comes of the next ones.</summary>
    public Exception? Failure { get; set; }

    public DesiredState Last() => Copy;

    public TaskCompletionSource Coming { get; set; } = new();

    public Task More => Coming.Task;

    /// <summary>How often it was asked to.</summary>
    public int Forgot { get; private set; }

    public Exception? ForgetFailure { get; set; }

    public void Forget()
    {
        Forgot++;
        if (ForgetFailure is { } failure)
        {
            throw failure;
        }
    }

    public bool Follow(DesiredState desired, bool isFileNew, CancellationToken cancellation)
    {
        Coming = Coming.Task.IsCompleted ? new() : Coming;
        return Prepare(desired, isFileNew, cancellation);
    }

    public bool Prepare(DesiredState desired, bool isFileNew, CancellationToken cancellation)
    {
        Progress("preparing");
        Prepared.Enqueue((desired, isFileNew));
        return Failure is { } failure ? throw failure : true;
    }
}
