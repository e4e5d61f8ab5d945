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

    public bool Prepare(DesiredState desired, bool isFileNew, CancellationToken cancellation)
    {
        Progress("preparing");
        Prepared.Enqueue((desired, isFileNew));
        return Failure is { } failure ? throw failure : true;
    }
}
